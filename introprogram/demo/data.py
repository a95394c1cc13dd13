"""Names and places of the demo region. Every surname says that its bearer is made up."""

from accounts import demo

PASSWORD = demo.PASSWORD

FIRST_NAMES = [
    "Amina",
    "Björn",
    "Cecilia",
    "Daniela",
    "Elin",
    "Fatima",
    "Gustav",
    "Hanna",
    "Idil",
    "Johan",
    "Karin",
    "Linnéa",
    "Máret",
    "Nadia",
    "Omar",
    "Petra",
    "Rasmus",
    "Sara",
    "Tove",
    "Ulrika",
    "Viktor",
    "Wilma",
    "Ylva",
    "Zara",
    "Åsa",
    "Ärla",
    "Örjan",
    "Agnes",
    "Bilal",
    "Clara",
    "Denise",
    "Emil",
    "Freja",
    "Greta",
    "Hugo",
    "Ines",
    "Jasmin",
    "Klara",
    "Leila",
    "Moa",
    "Noah",
    "Olivia",
    "Pernilla",
    "Rima",
    "Siri",
    "Tilda",
    "Ulla",
    "Vera",
    "Yusuf",
    "Alva",
    "Benjamin",
    "Celine",
]
LAST_NAMES = [
    "Exempelsson",
    "Påhittsson",
    "Låtsasdotter",
    "Demoby",
    "Provberg",
    "Fiktivsson",
    "Övningsdal",
    "Testlund",
    "Skissgren",
    "Mallström",
    "Utkastsson",
    "Prototypsdotter",
]
UNITS = (
    "Barn och familj",
    "Mottagningsenheten",
    "Utredning barn och unga",
    "Familjehemsenheten",
    "Ungdomsenheten",
)
TITLES = ("Socialsekreterare", "Socialsekreterare", "Barnsekreterare", "Familjehemssekreterare")

# Name, address, town, seats, accessibility.
VENUES = (
    ("Konferens Exempelgården", "Exempelgatan 1", "Lund", 40, "Hiss, hörslinga och handikapptoalett finns."),
    ("Sal Provrummet", "Provvägen 12", "Malmö", 30, "Entré i markplan. Hörslinga finns."),
    ("Mötesplats Fiktiv", "Påhittstorget 3", "Hässleholm", 32, "Nära tågstationen. Hiss finns."),
    ("Samlingssal Skissen", "Skissgatan 8", "Helsingborg", 28, "Trappfri entré från gården."),
)
# First name, last name, organisation.
LECTURERS = (
    ("Lena", "Lektor-Exempel", "Demohögskolan"),
    ("Jon", "Jurist-Påhitt", "Demoregion Skåne"),
    ("Bodil", "Barnsamtal-Provberg", "Demoenheten för barn och unga"),
    ("Simon", "Samverkan-Fiktivsson", "Demokommunen"),
)
