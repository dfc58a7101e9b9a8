"""The public site as ready answers: made once when something changes, held in memory, and kept as a folder of files.

addresses   which addresses there are, and what has changed since a Marker
asking      asks Django for the answer at an address, once
answers     an Answer: its bytes in each encoding, its headers, and how it is given to a browser
kept        what was asked for lately, ready to be given again, in bounded memory
generation  all Answers of one state of the site, and how that is written down
folder      the generations on the disk, and the withdrawals that hold whatever else is lost
watching    learns of changes and puts the next Generation in place
front       the WSGI application in front of Django
"""
