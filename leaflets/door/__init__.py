"""The door: who gets in, how often they may try, what they must prove, and how long they stay.

throttle    wrong passwords, codes and requests for links are counted, and then refused for a while
"""
