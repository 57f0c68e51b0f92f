"""Writes the public holidays of some countries as rules: `COUNTRY|NAME|RULE ...`.

A rule is a date by which the holiday falls, each year or in `FROM-TO`:
`12-25` (month, day), `easter+1`, `orthodox+1`, `11-thu-4` (the fourth Thursday of
November), `5-mon-last`, or a list of single dates. Made from the Python package
`holidays` (vacanza, MIT); run `python3 holidays.py > holidays.txt`.
"""
import datetime as d
import re

import holidays
from dateutil.easter import easter
COUNTRIES = "AR AT AU BE BG BR CA CH CL CN CO CZ DE DK EE ES FI FR GB GR HR HU IE IL IN IS IT JP KR LT LU LV MX NL NO NZ PL PT RO RS RU SE SG SI SK TR TW UA US ZA".split()
YEARS = range(1990, 2036)
W = "mon tue wed thu fri sat sun".split()

def candidates(day):
    yield f"{day.month:02}-{day.day:02}"
    for name, method in (("easter", 3), ("orthodox", 2)):
        gap = (day - easter(day.year, method)).days
        if -70 <= gap <= 70:
            yield f"{name}{gap:+}"
    yield f"{day.month:02}-{W[day.weekday()]}-{(day.day - 1) // 7 + 1}"
    if (day + d.timedelta(7)).month != day.month:
        yield f"{day.month:02}-{W[day.weekday()]}-last"

def when(rule, year):
    if m := re.fullmatch(r"(easter|orthodox)([+-]\d+)", rule):
        return easter(year, 3 if m[1] == "easter" else 2) + d.timedelta(int(m[2]))
    parts = rule.split("-")
    month = int(parts[0])
    if len(parts) == 2:
        try: return d.date(year, month, int(parts[1]))
        except ValueError: return None
    days = [d.date(year, month, 1) + d.timedelta(n) for n in range(31)]
    days = [it for it in days if it.month == month and it.weekday() == W.index(parts[1])]
    return days[-1] if parts[2] == "last" else (days[int(parts[2]) - 1] if len(days) >= int(parts[2]) else None)

def runs(rule, dates):
    years = [y for y in YEARS if (w := when(rule, y)) and w in dates]
    out, start = [], None
    for y in list(years) + [None]:
        if start is None: start = last = y
        elif y == last + 1: last = y
        else:
            out.append((start, last)); start = last = y
    return out

def describe(dates):
    left, found = set(dates), []
    while left:
        best = None
        for rule in {r for day in left for r in candidates(day)}:
            for a, b in runs(rule, dates):
                gain = sum(when(rule, y) in left for y in range(a, b + 1))
                if best is None or (gain, rule) > (best[0], best[1]): best = (gain, rule, a, b)
        if best is None or best[0] < 4: break
        _, rule, a, b = best
        span = "" if (a, b) == (YEARS[0], YEARS[-1]) else f"@{a}-{b}"
        found.append(rule + span)
        left -= {when(rule, y) for y in range(a, b + 1)}
    return found + [it.strftime("%Y%m%d") for it in sorted(left)]

print("# Public holidays by country, 1990 to 2035: COUNTRY|NAME|RULE ...")
print(f"# Made by holidays.py from the Python package holidays {holidays.__version__} (github.com/vacanza/holidays), MIT licence,")
print("# copyright Vacanza Team and individual contributors (see its AUTHORS).")
for code in COUNTRIES:
    by_name = {}
    for day, names in holidays.country_holidays(code, years=YEARS, language="en_US").items():
        for name in names.split("; "):
            name = re.sub(r"\s*\((observed|estimated|substituted[^)]*|.*estimated.*)\)", "", name).strip()
            name = re.sub(r"^Day off \(.*", "Day off", name)
            by_name.setdefault(name, set()).add(day)
    for name, dates in by_name.items():
        print(f"{code.lower()}|{name}|{' '.join(describe(dates))}")
