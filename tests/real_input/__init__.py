"""The main job on real input: two universities' catalogues, other issuers' files, outside checkers.

They need the folder `shared` and are skipped without it.
"""
