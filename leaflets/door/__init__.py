"""The door: who gets in, how often they may try, what they must prove, and how long they stay.

throttle    wrong passwords and requests for links are counted, and refused for a while
factor      the second factor: codes from an app, and recovery codes
entering    from the password, through the second factor, to being signed in
staying     when a sign-in ends, and what it has proved
"""
