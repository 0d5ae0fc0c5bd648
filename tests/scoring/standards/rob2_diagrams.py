"""The diagrams of RoB 2 as plain conditions; `a` are answers by the number of the question."""

YES, NO = ("y", "py"), ("n", "pn")
NAMES = ("high", "some_concerns", "low")


def d1(a):
    if a["1_2"] in NO:
        return "high"
    if a["1_2"] == "ni":
        return "high" if a["1_3"] in YES else "some_concerns"
    if a["1_1"] in NO or a["1_3"] in YES:
        return "some_concerns"
    return "low"


def d2(a):
    part1 = "low"
    blind = a["2_1"] in NO and a["2_2"] in NO
    if not blind and a["2_3"] == "ni":
        part1 = "some_concerns"
    if not blind and a["2_3"] in YES:
        mild = a["2_4"] in NO or a["2_5"] in YES
        part1 = "some_concerns" if mild else "high"
    part2 = "low"
    if a["2_6"] not in YES:
        part2 = "some_concerns" if a["2_7"] in NO else "high"
    return min(part1, part2, key=NAMES.index)


def d2_adhering(a):
    analysis = "some_concerns" if a["2_6_adhering"] in YES else "high"
    blind = a["2_1"] in NO and a["2_2"] in NO
    balanced = a["2_3_adhering"] in (*YES, "na")
    if not blind and not balanced:
        return analysis
    fine = (*NO, "na")
    kept = a["2_4_adhering"] in fine and a["2_5_adhering"] in fine
    return "low" if kept else analysis


def d3(a):
    if a["3_1"] in YES or a["3_2"] in YES or a["3_3"] in NO:
        return "low"
    return "some_concerns" if a["3_4"] in NO else "high"


def d4(a):
    if a["4_1"] in YES or a["4_2"] in YES:
        return "high"
    if a["4_3"] in NO or a["4_4"] in NO:
        return "some_concerns" if a["4_2"] == "ni" else "low"
    return "some_concerns" if a["4_5"] in NO else "high"


def d5(a):
    picked = (a["5_2"], a["5_3"])
    if any(one in YES for one in picked):
        return "high"
    if "ni" in picked or a["5_1"] not in YES:
        return "some_concerns"
    return "low"
