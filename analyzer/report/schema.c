/* schema: see schema.h. */
#include "report/schema.h"

#define COLUMNS(array) .columns = (array), .column_count = sizeof(array) / sizeof *(array)

static const struct column artifact_columns[] = {
    {"project", COLUMN_TEXT,
     "Project name, normalised (PEP 503), from the index page that names the file, else from the "
     "file name; empty when neither tells."},
    {"version", COLUMN_TEXT, "Version as the file name writes it."},
    {"filename", COLUMN_TEXT, "Name of the file."},
    {"path", COLUMN_TEXT, "Where the file is, relative to the mirror's root, `/` between parts."},
    {"format", COLUMN_WORD,
     "`wheel`, `sdist`, `egg` or `other`, by the file's name; where the bytes say something else, "
     "the anomaly "
     "`magic-mismatch` tells."},
    {"size_bytes", COLUMN_COUNT,
     "Size on disk in bytes; for a file that is not on disk, the size the index states."},
    {"uploaded_at", COLUMN_TIME,
     "When the index received the file, else the file's modification time."},
    {"uploaded_at_source", COLUMN_WORD, "`index` or `mtime`: where `uploaded_at` comes from."},
    {"sha256", COLUMN_HEX, "SHA-256 as the index states it; not computed from the file."},
    {"status", COLUMN_WORD,
     "`ok`: examined whole. `damaged`: the bytes contradict their format. `unsupported`: a format "
     "that is not "
     "opened. `over_limit`: a budget for bytes, members or ratio was crossed. `timeout`, "
     "`crashed`: examining it "
     "did not end, or ended the examiner, twice. `unreadable`: the file cannot be read, or the "
     "index "
     "names it and it is not there."},
    {"status_detail", COLUMN_TEXT, "What happened, in words, when `status` is not `ok`."},
    {"metadata_version", COLUMN_TEXT, "Metadata-Version of METADATA or PKG-INFO."},
    {"name", COLUMN_TEXT, "Name, as the metadata writes it."},
    {"summary", COLUMN_TEXT, "Summary."},
    {"author", COLUMN_TEXT, "Author."},
    {"author_emails", COLUMN_LIST,
     "Every address of Author-email (an RFC 5322 list, of each field of that name), as written, "
     "in order of appearance, without repeats; "
     "white space inside an address is written `%20`."},
    {"maintainer_emails", COLUMN_LIST, "The same for Maintainer-email."},
    {"home_page", COLUMN_TEXT, "Home-page."},
    {"requires_dist_count", COLUMN_COUNT,
     "Number of requirements, extras' included, as `importlib.metadata.requires` counts them: "
     "Requires-Dist "
     "fields, else the lines of `requires.txt`."},
    {"command_count", COLUMN_COUNT,
     "Number of `console_scripts` and `gui_scripts` entries in entry_points.csv for this "
     "artifact."},
    {"member_count", COLUMN_COUNT,
     "Number of members of the archive: files, directories and links. Empty when the archive was "
     "not read."},
    {"python_file_count", COLUMN_COUNT,
     "Number of member files ending in `.py`, wherever they lie."},
    {"python_bytes", COLUMN_COUNT, "Their total size in bytes, unpacked."},
    {"native_file_count", COLUMN_COUNT,
     "Number of compiled modules and libraries (`.so`, `.pyd`, `.dylib`, `.dll`)."},
    {"payload_kind", COLUMN_WORD,
     "How much there is that would be installed, packaging boilerplate aside. From nothing to "
     "something: `none` "
     "(no importable file), `blank` (comments, docstrings, white space), `constant` (assignments "
     "of "
     "constants), `stub` (hello world, `pass`, a lone `raise`, imports and nothing else), "
     "`metapackage` (as none "
     "or blank, but requires other projects), `data` (data files, no code), `native` (compiled "
     "modules), "
     "`code`. The first four are called empty. An artifact has the fullest kind of its files."},
    {"payload_signature", COLUMN_HEX,
     "BLAKE2b hash (32 hex digits) of the payload with names, versions, addresses, dates and white "
     "space masked: "
     "equal for what one template produced, and for the wheel and sdist of one release."},
    {"metadata_signature", COLUMN_HEX,
     "The same for the metadata: which fields there are, and the masked texts of them."},
};

static const struct column entry_point_columns[] = {
    {"project", COLUMN_TEXT, "As in artifacts.csv."},
    {"version", COLUMN_TEXT, "As in artifacts.csv."},
    {"filename", COLUMN_TEXT, "As in artifacts.csv."},
    {"group", COLUMN_TEXT,
     "Entry point group: `console_scripts`, `gui_scripts`, any other, or `scripts` for plain "
     "script files "
     "(`*.data/scripts/`, `scripts=`)."},
    {"name", COLUMN_TEXT, "Name: what the user would type, for the script groups."},
    {"object_reference", COLUMN_TEXT, "`package.module:attribute`, without extras."},
    {"extras", COLUMN_LIST, "Extras that the entry point asks for."},
    {"source", COLUMN_WORD,
     "Where it was declared: `wheel`, `egg-info`, `pyproject`, `setup.cfg` or `setup.py`. Of "
     "several places, the "
     "most trusted one is reported, in this order."},
};

static const struct column anomaly_columns[] = {
    {"project", COLUMN_TEXT, "As in artifacts.csv."},
    {"version", COLUMN_TEXT, "As in artifacts.csv."},
    {"filename", COLUMN_TEXT, "As in artifacts.csv."},
    {"code", COLUMN_WORD, "What is odd: a word of the list below."},
    {"detail", COLUMN_TEXT,
     "The particulars: a member's name, the two values that differ, a number."},
};

static const struct column project_columns[] = {
    {"project", COLUMN_TEXT, "Project name, normalised (PEP 503)."},
    {"name", COLUMN_TEXT,
     "Name as the metadata of the latest upload writes it (of several uploads at one time, the one "
     "whose file name "
     "sorts last); artifacts without metadata do not count."},
    {"releases", COLUMN_COUNT,
     "Number of versions, equal ones (PEP 440: `1.0` and `1.0.0`) counted once."},
    {"artifacts", COLUMN_COUNT, "Number of its rows in artifacts.csv."},
    {"first_uploaded_at", COLUMN_TIME, "Earliest `uploaded_at` of its artifacts."},
    {"last_uploaded_at", COLUMN_TIME, "Latest one."},
    {"payload_kind", COLUMN_WORD,
     "Fullest kind over all artifacts of all releases, see artifacts.csv; empty when no artifact's "
     "is known."},
    {"payload_signature", COLUMN_HEX,
     "Of its artifacts of that kind, the signature that most of them carry; of several, the "
     "smallest."},
    {"author_emails", COLUMN_LIST,
     "Every author and maintainer address of its artifacts, lower case (ASCII letters), sorted, "
     "without repeats."},
    {"domains", COLUMN_LIST,
     "Registrable domains of these addresses (public suffix list, IDN in ASCII form), sorted. "
     "Address "
     "literals, names without a dot and bare public suffixes have none."},
    {"owners", COLUMN_LIST,
     "Accounts that own it on the index, where the mirror has project JSON; sorted."},
    {"command_count", COLUMN_COUNT,
     "Number of different `console_scripts` and `gui_scripts` names over all its artifacts."},
    {"dependents", COLUMN_COUNT,
     "Number of other projects of the mirror that require it, in any release, extras "
     "included."},
    {"summary", COLUMN_TEXT, "Summary of the upload that gives `name`, cut at 4,096 bytes."},
    {"score", COLUMN_NUMBER, "As in takedown.csv, for every project."},
    {"signals", COLUMN_LIST,
     "What was found for it and against it: names of signals, in the order of their table."},
    {"campaign_id", COLUMN_WORD, "Its campaign, as in campaigns.csv; empty when it is in none."},
};

static const struct column domain_columns[] = {
    {"domain", COLUMN_TEXT, "Registrable domain of author and maintainer addresses."},
    {"domain_type", COLUMN_WORD,
     "`free`: a provider that gives a mailbox to anyone; `disposable`: one that gives throw-away "
     "mailboxes; `own`: "
     "any other. The lists are in `datasets/`."},
    {"projects", COLUMN_COUNT,
     "Number of projects with an address there. A project with several domains counts in "
     "each."},
    {"addresses", COLUMN_COUNT, "Number of different addresses there, lower case."},
    {"empty_projects", COLUMN_COUNT,
     "How many of the projects are empty (kind none, blank, constant or stub)."},
    {"empty_share", COLUMN_NUMBER, "empty_projects / projects."},
    {"lift", COLUMN_NUMBER,
     "How many times the share of empty projects exceeds that of the whole mirror, at least: the "
     "lower 95% bound "
     "(Wilson) of `empty_share` divided by the base share (empty projects / projects, over all "
     "projects; in "
     "run.json). Below 1 when the evidence is thin, so that a domain of three projects does not "
     "top the list."},
    {"q_value", COLUMN_NUMBER,
     "Expected share of false discoveries when all domains up to this one are listed: "
     "Benjamini-Hochberg, over all "
     "domains, of the exact binomial probability of at least so many empty projects at the base "
     "share."},
    {"signatures", COLUMN_COUNT,
     "Number of different payload signatures among its empty projects."},
    {"top_signature", COLUMN_HEX,
     "The signature that most of its empty projects have; of several, the smallest."},
    {"top_signature_projects", COLUMN_COUNT, "How many of its empty projects have that one."},
    {"first_uploaded_at", COLUMN_TIME, "Earliest first upload of its projects."},
    {"last_uploaded_at", COLUMN_TIME, "Latest upload of its projects."},
    {"busiest_day", COLUMN_DAY,
     "UTC day on which most of its projects had their first upload; of several, the earliest."},
    {"busiest_day_projects", COLUMN_COUNT, "How many projects had their first upload on that day."},
};

static const struct column signature_columns[] = {
    {"payload_signature", COLUMN_HEX, "Payload signature of at least one empty project."},
    {"payload_kind", COLUMN_WORD, "Kind of these projects; the fullest, should they differ."},
    {"projects", COLUMN_COUNT, "Number of empty projects with this signature (projects.csv)."},
    {"domains", COLUMN_COUNT, "Number of different domains of their addresses."},
    {"addresses", COLUMN_COUNT, "Number of different addresses of theirs."},
    {"first_uploaded_at", COLUMN_TIME, "Earliest first upload of these projects."},
    {"last_uploaded_at", COLUMN_TIME, "Latest upload of these projects."},
    {"busiest_day", COLUMN_DAY, "As in domains.csv, over these projects."},
    {"busiest_day_projects", COLUMN_COUNT, "As in domains.csv."},
    {"example_projects", COLUMN_LIST, "The first five of the projects by name."},
};

static const struct column cluster_columns[] = {
    {"cluster_id", COLUMN_WORD,
     "`c` and the first 12 hex digits of the BLAKE2b-128 hash of the domain, a NUL byte and the "
     "signature's hex "
     "digits: the same cluster has the same id in every run."},
    {"domain", COLUMN_TEXT,
     "The domain its projects share; empty for projects that share the signature and have no "
     "address at all."},
    {"payload_signature", COLUMN_HEX, "The payload signature its projects share."},
    {"payload_kind", COLUMN_WORD, "As in signatures.csv, over these projects."},
    {"projects", COLUMN_COUNT,
     "Number of empty projects that share both, three at least. A project with several domains is "
     "in several "
     "clusters."},
    {"addresses", COLUMN_COUNT, "Number of their different addresses at the domain."},
    {"first_uploaded_at", COLUMN_TIME, "Earliest first upload of these projects."},
    {"last_uploaded_at", COLUMN_TIME, "Latest upload of these projects."},
    {"busiest_day", COLUMN_DAY, "As in domains.csv, over these projects."},
    {"busiest_day_projects", COLUMN_COUNT, "As in domains.csv."},
    {"example_projects", COLUMN_LIST, "The first five of the projects by name."},
};

static const struct column cluster_member_columns[] = {
    {"cluster_id", COLUMN_WORD, "As in clusters.csv."},
    {"project", COLUMN_TEXT, "A project of that cluster, as in projects.csv."},
};

static const struct column collision_columns[] = {
    {"project", COLUMN_TEXT,
     "A project whose name is a command's or module's of another project, as in projects.csv."},
    {"command", COLUMN_TEXT,
     "The command (or, for the relation `module`, the importable name) that it is named after, as "
     "its owner writes it."},
    {"owner_project", COLUMN_TEXT,
     "Another project that ships the command: of several, of those that did so before the project "
     "appeared (if any), the one with most dependents, then the earliest, then the first by name."},
    {"owner_first_uploaded_at", COLUMN_TIME,
     "Earliest upload of the owner project that declares the command; of a module, its first "
     "upload."},
    {"project_first_uploaded_at", COLUMN_TIME, "First upload of the project."},
    {"owner_dependents", COLUMN_COUNT, "As `dependents` in projects.csv, of the owner project."},
    {"relation", COLUMN_WORD,
     "`command`: the name equals the command's (PEP 503: case and the choice of `-`, `_` and `.` "
     "do not count). `affix`: it is the command with one of `py-`, `python-`, `-app`, `-bin`, "
     "`-cli`, `-cmd`, `-package`, `-pkg`, `-py`, `-python`, `-tool`, `-tools`. `module`: it equals "
     "an importable top-level name; a project that had a module of its own name before others did "
     "has no such row. A weaker relation to the same owner is left out."},
    {"exempt_reason", COLUMN_WORD,
     "Why the row may be harmless, the first that holds; empty when nothing says so. "
     "`same-address`, `same-domain` (no mail provider's), `same-owner`: the same people, here and "
     "at any project that ships the command. `requires`: one requires the other. "
     "`ships-command`: the project itself ships that command. `has-code`: it has code, data or "
     "compiled modules of its own. `generic`: a name of `datasets/generic-names.txt`, or three "
     "unrelated projects ship it (unrelated: no address, own domain or owner account in common; "
     "for commands, no module either, which forks have). `older`: the project is older than the "
     "command, or times do not tell."},
};

static const struct column watch_columns[] = {
    {"command", COLUMN_TEXT,
     "A command that no project of the mirror is named after, that could be a project's name and "
     "is not generic (collisions.csv). Of spellings that are one name to an index, the first."},
    {"owner_projects", COLUMN_LIST, "The projects that ship it, sorted; the first five."},
    {"owner_dependents", COLUMN_COUNT,
     "Sum of `dependents` over all projects that ship it, one at least."},
    {"first_seen_at", COLUMN_TIME, "Earliest upload that declares it."},
};

static const struct column campaign_columns[] = {
    {"campaign_id", COLUMN_WORD,
     "`g` and 12 hex digits. A campaign keeps its id from run to run in one folder of runs, as "
     "long as half of its projects stay together; run.json tells of merges and splits."},
    {"category", COLUMN_WORD,
     "`name-squat`, `placeholder`, `spam`, `dependency-confusion` or `other`; the rules stand "
     "below."},
    {"projects", COLUMN_COUNT, "Number of its projects."},
    {"domains", COLUMN_COUNT, "Number of different domains of their addresses."},
    {"addresses", COLUMN_COUNT, "Number of different addresses of theirs."},
    {"owners", COLUMN_COUNT, "Number of different owner accounts, where the mirror tells them."},
    {"signatures", COLUMN_COUNT, "Number of different payload signatures."},
    {"colliding_projects", COLUMN_COUNT,
     "How many have a row without exemption in collisions.csv."},
    {"first_uploaded_at", COLUMN_TIME, "Earliest first upload of these projects."},
    {"last_uploaded_at", COLUMN_TIME, "Latest upload of these projects."},
    {"busiest_day", COLUMN_DAY, "As in domains.csv, over these projects."},
    {"busiest_day_projects", COLUMN_COUNT, "As in domains.csv."},
    {"cohesion", COLUMN_NUMBER, "Mean share of the core's traits that a member has, 0 to 1."},
    {"score", COLUMN_NUMBER, "Median score of its projects, in bits."},
    {"example_projects", COLUMN_LIST, "The first five of the projects by name."},
    {"traits", COLUMN_LIST,
     "The traits that join them, eight at most, with the share of members that have each: "
     "`payload:HEX=0.93`, `domain:NAME=0.70`...; then when they came, `time:DAY..DAY=0.99`, and "
     "how "
     "many are named after commands, `names=0.80`."},
};

static const struct column campaign_member_columns[] = {
    {"campaign_id", COLUMN_WORD, "As in campaigns.csv."},
    {"project", COLUMN_TEXT,
     "A project of that campaign, as in projects.csv. A project is in one campaign at most."},
    {"score", COLUMN_NUMBER,
     "How much better it fits the campaign's core than chance explains, in bits."},
    {"traits", COLUMN_LIST,
     "The rarest trait of each family that it shares with the core; `time` and "
     "`names` where these say so, too."},
};

static const struct column takedown_columns[] = {
    {"project", COLUMN_TEXT, "The project, as in projects.csv."},
    {"tier", COLUMN_WORD, "`high`: one look should be enough to act on. `review`: worth a look."},
    {"score", COLUMN_NUMBER,
     "The prior and the weights of all findings, for and against, added up, in bits (log-odds to "
     "base 2)."},
    {"category", COLUMN_WORD, "As in campaigns.csv."},
    {"campaign_id", COLUMN_WORD, "Its campaign; empty when it is in none."},
    {"versions", COLUMN_LIST, "Its versions, in order of PEP 440."},
    {"artifacts", COLUMN_COUNT, "Number of its rows in artifacts.csv."},
    {"first_uploaded_at", COLUMN_TIME, "Its first upload."},
    {"evidence", COLUMN_TEXT, "What speaks for it, strongest first, separated by `; `."},
    {"counter_evidence", COLUMN_TEXT, "What speaks against it, in the same form."},
    {"purl", COLUMN_TEXT, "Package URL: `pkg:pypi/` and the project."},
};

static const struct table tables[TABLES] = {
    [TABLE_ARTIFACTS] =
        {.name = "artifacts",
         .meaning =
             "One row for every file of a release that was found or that an index "
             "names: examined, or with the reason why not. For a row that is not `ok`, counts "
             "are what was learned so far, and empty when that is nothing.",
         .order = "project, version, filename, path",
         COLUMNS(artifact_columns)},
    [TABLE_ENTRY_POINTS] = {.name = "entry_points",
                            .meaning = "One row for every entry point that an artifact declares.",
                            .order = "project, version, filename, group, name",
                            COLUMNS(entry_point_columns)},
    [TABLE_ANOMALIES] = {.name = "anomalies",
                         .meaning =
                             "What is odd about an artifact and worth knowing; none of it is an "
                             "accusation.",
                         .order = "project, version, filename, code",
                         COLUMNS(anomaly_columns)},
    [TABLE_PROJECTS] = {.name = "projects",
                        .meaning = "One row for every project with an artifact.",
                        .order = "project",
                        COLUMNS(project_columns)},
    [TABLE_DOMAINS] =
        {.name = "domains",
         .meaning =
             "One row for every domain of an author's or maintainer's address. Addresses are "
             "what uploaders say of themselves, often missing and sometimes forged.",
         .order = "domain",
         COLUMNS(domain_columns)},
    [TABLE_SIGNATURES] = {.name = "signatures",
                          .meaning = "One row for every payload signature of empty projects.",
                          .order = "payload_signature",
                          COLUMNS(signature_columns)},
    [TABLE_CLUSTERS] =
        {.name = "clusters",
         .meaning = "Groups of at least three empty projects with one domain and one payload "
                    "signature.",
         .order = "domain, payload_signature",
         COLUMNS(cluster_columns)},
    [TABLE_CLUSTER_MEMBERS] = {.name = "cluster_members",
                               .meaning = "Which projects are in which cluster.",
                               .order = "cluster_id, project",
                               COLUMNS(cluster_member_columns)},
    [TABLE_COLLISIONS] = {.name = "collisions",
                          .meaning = "Projects named after a command or module of another, earlier "
                                     "project, with the reason why a row may be harmless.",
                          .order = "project, relation, command",
                          COLUMNS(collision_columns)},
    [TABLE_WATCHLIST] = {.name = "watchlist",
                         .meaning = "Commands of projects that others require, after which no "
                                    "project is named: names that somebody may take next.",
                         .order = "command",
                         COLUMNS(watch_columns)},
    [TABLE_CAMPAIGNS] = {.name = "campaigns",
                         .meaning = "Sets of projects joined by several independent rare traits.",
                         .order = "campaign_id",
                         COLUMNS(campaign_columns)},
    [TABLE_CAMPAIGN_MEMBERS] = {.name = "campaign_members",
                                .meaning = "Which projects are in which campaign, and why.",
                                .order = "campaign_id, project",
                                COLUMNS(campaign_member_columns)},
    [TABLE_TAKEDOWN] = {.name = "takedown",
                        .meaning = "Projects that an analyst should look at: evidence and "
                                   "counter-evidence, never intent.",
                        .order = "project",
                        COLUMNS(takedown_columns)},
};

const struct table *schema_table(enum table_id id) {
    return &tables[id];
}

size_t schema_column(const struct table *table, const char *name) {
    size_t i = 0;
    while (i < table->column_count && strcmp(table->columns[i].name, name) != 0)
        i++;
    return i;
}

const char *column_type_name(enum column_type type) {
    static const char *const names[] = {
        [COLUMN_TEXT] = "text", [COLUMN_LIST] = "list",   [COLUMN_WORD] = "word",
        [COLUMN_HEX] = "hex",   [COLUMN_COUNT] = "count", [COLUMN_NUMBER] = "number",
        [COLUMN_TIME] = "time", [COLUMN_DAY] = "day",
    };
    return names[type];
}
