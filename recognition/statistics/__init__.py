"""What recognition at an institution comes to in numbers: read, grouped, hidden where small."""
