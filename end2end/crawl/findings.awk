# Tells what sqlmap found. Fails when there is anything, also where it is a guess that was not taken back: sqlmap takes an
# answer that happens to differ (a search with another filter) for an injection, tries again and then says so itself.
/following injection point|is vulnerable\. Do you|\(XSS\)/ { print; found = 1 }
/' injectable/ { guess = $0 }
/false positive or unexploitable|does not seem to be injectable/ { guess = "" }
END { if (guess) print guess; exit found || guess != "" }
