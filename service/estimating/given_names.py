"""Given names that are common in the United Kingdom, to tell a column of people from one of places.

From the lists of most common names in birth registrations (Office for National Statistics, National
Records of Scotland) and in electoral rolls, old and young; names that are better known as places
(Chelsea, Devon, Kimberley) are left out.
"""


def listed(words: str) -> frozenset[str]:
    """Words parted by spaces, as a set."""
    return frozenset(words.split())


AT_HOME = listed(
    """
    aaron abbie abdul abdullah abigail adam adrian agnes ahmed aidan aisha alan albert alec
    alex alexander alexandra alexis alfie alfred ali alice alicia alison allan amanda amber
    amelia amina amir amy andrea andrew angela anita ann anna anne annie anthony antony
    archie arthur asif audrey ava ayesha barbara barry beatrice ben benjamin bernard bethany
    betty bilal bob bobby bradley brenda brian bridget bruce bryan caitlin callum cameron
    carl carol caroline catherine charles charlie charlotte cheryl chloe chris christian
    christina christine christopher claire clara clare clive colin connor craig cynthia
    daisy daniel danielle darren dave david dawn dean deborah debra denise dennis derek
    diana diane dominic donald donna doreen doris dorothy duncan dylan edith edward edwin
    eileen elaine eleanor elizabeth ella ellen ellie elliot elsie emily emma eric erin
    ernest esme ethan eva evelyn evie ewan farah fatima fiona florence frances francesca
    francis frank fred freddie frederick freya gareth gary gavin gemma geoffrey george
    georgina gerald geraldine gillian gladys glen gordon grace graham gregory gwen hamza
    hannah harold harriet harrison harry harvey hassan hayley hazel heather helen henry
    hilary hilda holly howard hugh hussain ian ibrahim imran irene iris isaac isabel
    isabella isabelle isla ivan ivy jack jackie jacob jacqueline jade jake james jamie jan
    jane janet janice jasmine jason jayne jean jeffrey jennifer jenny jeremy jessica jill
    jim joan joanna joanne joe john jonathan jordan joseph josephine joshua joyce judith
    judy julia julian julie june karen karl kate katherine kathleen kathryn katie keith
    kelly kenneth kerry kevin khadija kieran kirsty kyle laura lauren lawrence layla leah
    leanne lee lena leo leon leonard leslie lewis liam lily linda lindsay lisa logan lola
    lorna lorraine louis louise lucas lucy luke lydia lynda lynne madison maisie malcolm
    marcus margaret maria marian marie marilyn marion marjorie mark martha martin mary
    maryam mason matilda matthew maureen mavis max maya megan melanie melissa mia michael
    michelle mike millie miriam mohamed mohammad mohammed moira molly monica muhammad muriel
    nadia nancy naomi natalie natasha nathan neil nicholas nicola nigel noah noor nora norma
    norman olive oliver olivia omar oscar owen pamela patricia patrick paul paula pauline
    peggy penelope peter philip phillip phoebe phyllis poppy priya rachel ralph raymond
    rebecca reginald rhys richard rita robert robin robyn roger ronald rosemary rosie ross
    roy ruby rupert russell ruth ryan samantha samuel sandra sara sarah scarlett scott sean
    sebastian shannon sharon sheila simon sophia sophie stacey stephanie stephen steve
    steven stewart stuart sue summer susan suzanne sybil sylvia tanya tara terence teresa
    theo theresa thomas tia tim timothy tina toby tom tony tracey tracy trevor valerie
    vanessa vera veronica victor victoria vincent violet vivian walter wayne wendy wilfred
    william winifred yasmin yusuf yvonne zachary zainab zara zoe
    """
)

TITLES = listed(
    """
    cllr dame dr miss mr mrs ms mx prof professor rev reverend sir
    """
)

# Given names of people from elsewhere, and of Wales and Ireland, that are common here (same lists).
FROM_ELSEWHERE = listed(
    """
    adebayo adewale agnieszka aleksandra ananya andrzej angharad anil anjali aoife arjun
    asha babatunde bartosz beata bronwyn chidi chinedu chioma ciara cian deepak dilip
    dorota eirlys elena emeka eoin ewa femi fatoumata ffion folake funmilayo geraint
    gurpreet gwenllian gwyneth harpreet huw ifeoma ioan ioana ion jakub joanna kamal karolina
    katarzyna kavita krzysztof kwame lakshmi llewellyn llinos lowri lukasz magdalena
    malgorzata manjit marcin marek maryam mateusz meera mehmet meinir michal mihai mustafa
    myfanwy naveed nguyen niamh nikhil nkechi obinna olena olga oluwaseun oluwatobi padraig
    pawel piotr rajesh ravi roisin sanjay saoirse shabana shanti sinead sian siobhan
    slawomir sunita suresh tadeusz tariq temitope tomasz usman vasile vikram wei wojciech
    xin yan yetunde yusuf zainab zbigniew zhang zofia
    """
)

GIVEN_NAMES = AT_HOME | FROM_ELSEWHERE

# Names that alone are a colour, a season, a month, a flower, or what many places are called.
ALONE = listed(
    """
    albert alexandra amber april august autumn clare daisy dawn florence george hazel
    heather holly iris ivy jade jasmine jordan june lily may norman olive pearl poppy rose
    rosemary ross ruby scarlett stanley summer victor victoria violet winter
    """
)

# Surnames that are common in the United Kingdom (the same sources); those that are words for
# places, colours or quantities are left out.
SURNAMES = listed(
    """
    adams ahmed akhtar ali allen anderson bailey baker barker begum bennett bhatt butler
    campbell carter chapman chaudhry clark clarke collins cooper cox davies davis dixon
    edwards ellis evans fisher foster griffiths harris harrison harvey hughes hussain iqbal
    jackson jenkins johnson jones kaur kelly khan khatun kowalski kumar lewis lloyd mahmood
    marshall mason matthews mcdonald miah mitchell morgan morris murphy murray nowak okafor
    owen palmer parker patel phillips powell rahman reynolds richards richardson roberts
    robertson robinson rogers russell scott shah sharma simpson singh smith stevens stewart
    taylor thomas thompson thomson tomlinson turner uddin walker watson webb wilkinson
    williams williamson wilson wright zhang
    """
)

# Words that make a name one of a place or an organisation.
PLACE_WORDS = listed(
    """
    abbey academy and area arm avenue band bay bed beds block borough bridge by care castle
    central centre class clinic close cluster cohort college common community cottage
    council county court crescent district dock drive east estate farm floor fold form
    garden gardens grange great group health heath home homes hospital house infirmary isle
    lea leigh level list little locality lodge lower manor market medical mews moor network
    nhs north nursery nursing of on panel parade parish partners partnership pcn pharmacy
    phase place port practice primary priory quay region residential rise river road royal
    saint school service services site sixth south square st station street surgery team
    terrace the tier town trust under unit upon upper vale valley view villa village villas
    wave way west wing zone
    """
)

# Surnames as common as the places that are called so: they decide nothing.
EITHER = listed(
    """
    banks barnes brook brooks burns church cross dale end field fields ford forest green
    hall hill hills holmes lake lane marsh meadows mill mills moss park parks pond pool
    rivers shaw stone ward well wells wood woods
    """
)
