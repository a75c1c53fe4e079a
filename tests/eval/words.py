"""Words that names, texts and code are made of."""

NOUNS = tuple("""
acorn anchor arrow atlas badge basin beacon bench birch bishop blade blanket bloom board bolt bottle
branch brick bridge bronze brook brush bucket butter button cabin cable cactus camera candle canvas
carbon cargo carpet castle cedar chalk chart cherry circle cliff clock cloud clover coast cobalt
comet copper coral corner cotton cradle crane crater cream crown crystal current curtain dagger
daisy dawn desert diamond dome dragon drift drum dune eagle echo ember engine fabric falcon feather
fence field finch flame flask fleet flint flood flute forest forge fossil fountain fox frame frost
galaxy garden gate ginger glacier glass globe grain granite grape grid grove guitar hammer harbor
harvest hawk hazel hedge helmet heron hill hollow honey horizon hunter indigo island ivory jacket
jade jasmine jungle kettle kite knot ladder lagoon lake lantern leaf ledge lemon lever lily linen
lion lobby lotus lunar magnet mango maple marble market marsh meadow melon mesa meteor mill mint
mirror mist monk moon moss mountain needle nest night north oak oasis ocean olive onyx opal orbit
orchid otter owl palm panther paper pearl pebble pepper petal piano pigeon pilot pine planet plank
plum pocket pond poppy prairie prism pulse puzzle quarry quartz quill rabbit radar rain raven reef
ribbon ridge river robin rocket root rope rose ruby saddle saffron sail salmon sand sapphire scarf
shadow shell shield shore signal silk silver slate smoke snow socket solar spark sparrow spiral
spring spruce star steam stone storm straw stream sugar summit sunset swan table tango temple
thistle thorn thunder tide tiger timber torch tower trail tulip tunnel turtle valley vault velvet
violet wagon walnut water wave whale wheat wheel willow wind winter wolf wood yarn zebra zephyr
""".split())

TECH = tuple("""
api app async auth batch bot cache calc chat check client cluster code config crawl crypto csv data
db deploy diff docs dns doc editor email encoder engine env event export feed fetch file filter fit
flow form format gen geo git graph grid hash hook html http image import index io job json kit lab
learn lint log mail map markdown math media merge metrics migrate mock model monitor net nlp notes
ocr orm parse patch path pdf pipe plot plugin pool proxy queue rank rate reader regex render report
rest retry router rpc rules run scan schema scrape script search sensor server session shell sim
slack sort spider sql stats store stream sync table tag task template test text tile time token
trace track train translate tree tui types ui unit upload url util validator vector video view watch
web widget wiki worker wrapper xml yaml zip
""".split())

PREFIXES = ("py", "py-", "python-", "django-", "flask-", "pytest-", "aio", "async-", "simple-",
            "easy-", "fast", "quick-", "micro-", "open-", "auto-", "smart-", "mini-", "my-")
SUFFIXES = ("-py", "py", "-python", "-utils", "-tools", "-lib", "-client", "-sdk", "-core", "-kit",
            "-api", "ify", "lib", "-helper", "-ng", "2", "x", "io", "-hub", "-wrapper", "-manager")
VERBS = tuple("""
add build check clean close collect compare compile compute convert copy count create decode delete
detect draw dump encode extract fetch fill filter find fix flush format gather generate get group
guess handle index init insert join list load lookup make map mark match merge move normalize open
pack parse patch pick plot print process prune pull push query read reduce refresh remove render
replace report reset resolve restore run save scan score search select send serve set show shrink
sort split start stop store strip sum swap sync tag tokenize trace track trim turn unpack update
validate verify walk watch wrap write
""".split())
THINGS = tuple("""
account address amount angle area array axis bag band base batch bin block body bound box branch
buffer bytes cell chain channel chunk color column content context corner cost counter cursor curve
date delta depth device digit distance document domain edge element entry error event factor feature
field file flag folder frame graph grid group handle header height history host image index interval
item job key label layer layout length level limit line link list lock mask matrix member message
mode month name node note number offset option order output owner packet page pair panel part path
pattern period phase pixel place point policy port price profile range rate ratio reader record
region request response result role room root row rule sample scale score section segment series
session shape share signal size slice slot source span spec stage state step stop string style table
tag target task term text threshold ticket time title token topic total track tree unit user value
vector version view volume weight width window word worker zone
""".split())
SYLLABLES = ("ba", "be", "bo", "ca", "co", "cy", "da", "de", "do", "el", "en", "fa", "fi", "ga",
             "go", "ha", "hy", "il", "in", "ja", "ka", "ki", "ko", "la", "le", "li", "lo", "lu",
             "ma", "me", "mi", "mo", "na", "ne", "ni", "no", "nu", "ol", "or", "pa", "pe", "pi",
             "qu", "ra", "re", "ri", "ro", "sa", "se", "si", "so", "su", "ta", "te", "ti", "to",
             "tu", "ul", "un", "va", "ve", "vi", "vo", "wa", "xa", "xe", "ya", "yo", "za", "zi", "zo")
CODAS = ("", "n", "r", "s", "x", "l", "m", "th", "nd", "rk", "st", "t", "ck", "")
ADJECTIVES = ("small", "simple", "fast", "modern", "lightweight", "friendly", "minimal", "typed",
              "tiny", "practical", "asynchronous", "portable", "pragmatic", "experimental", "handy",
              "robust", "opinionated", "flexible", "readable", "unofficial")
