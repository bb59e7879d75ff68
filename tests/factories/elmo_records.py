"""A student's record in ELMO 1.7: one course, and a degree programme where it is asked for."""

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<elmo xmlns="https://github.com/emrex-eu/elmo-schemas/tree/v1">
<generatedDate>2026-07-20T12:00:00Z</generatedDate>
<learner><citizenship>DE</citizenship>{number}<givenNames>{given}</givenNames>
<familyName>{family}</familyName><bday>{born}</bday></learner>
<report><issuer><country>DE</country><identifier type="schac">{schac}</identifier>
<title xml:lang="en">{issuer}</title></issuer>
"""
COURSE = """<learningOpportunitySpecification><identifier type="local">{code}</identifier>
<title xml:lang="en">Hydrology</title><type>Course</type>
<specifies><learningOpportunityInstance>{day}<status>{status}</status>
<resultLabel>{grade}</resultLabel><credit><scheme>ects</scheme><value>{ects}</value></credit>
</learningOpportunityInstance></specifies></learningOpportunitySpecification>
"""
DEGREE = """<learningOpportunitySpecification><identifier type="local">{degree}</identifier>
<title xml:lang="en">Bachelor</title><type>Degree Programme</type>
<specifies><learningOpportunityInstance><date>2026-07-18</date><status>passed</status>
<resultLabel>1.9</resultLabel>
<diplomaSupplement xml:lang="de"><version>2018</version><issueDate>2026-07-18</issueDate>
<introduction>-</introduction>
<section number="4"><title>4</title><section number="4.5"><title>4.5</title>
<content>{classification}</content></section></section>
<section number="6"><title>6</title><section number="6.1"><title>6.1</title>
<content>{additional}</content></section></section></diplomaSupplement>
</learningOpportunityInstance></specifies></learningOpportunitySpecification>
"""
TAIL = "<issueDate>2026-07-20T12:00:00Z</issueDate></report></elmo>"


def elmo(
    *,
    number: str = "40000001",
    given: str = "Nela",
    family: str = "Ardwen",
    born: str = "2004-05-04",
    schac: str = "test.example",
    issuer: str = "University of Testheim",
    code: str = "INF-1",
    day: str = "2026-02-14",
    status: str = "passed",
    grade: str = "2.0",
    ects: str = "6",
    degree: str = "",
    classification: str = "",
    additional: str = "",
) -> bytes:
    number = f'<identifier type="studentNumber">{number}</identifier>' if number else ""
    text = HEAD.format(
        number=number, given=given, family=family, born=born, schac=schac, issuer=issuer
    )
    day = f"<date>{day}</date>" if day else ""
    text += COURSE.format(code=code, day=day, status=status, grade=grade, ects=ects)
    if degree:
        text += DEGREE.format(degree=degree, classification=classification, additional=additional)
    return (text + TAIL).encode()
