/* schema_markdown: reports/SCHEMA.md, the data dictionary, from the schema and the anomaly tables.
 */
#include "judge/signal.h"
#include "report/anomaly_codes.h"
#include "report/schema.h"

static const char INTRODUCTION[] =
    "# Data dictionary\n\n"
    "Generated from the schema (`make schema`); do not edit. A run is one folder with these files "
    "and "
    "`run.json`.\n\n"
    "- CSV: UTF-8, RFC 4180, header row, lines end in `\\n`. Rows are sorted bytewise by the "
    "columns named with each "
    "table; the same mirror and options give the same bytes.\n"
    "- Columns keep their order; new ones are added at the end.\n"
    "- An empty cell means unknown, or that there is none.\n"
    "- Text that a spreadsheet could take for a formula (it starts, after any spaces, with `=` `+` "
    "`-` `@`, or with "
    "tab, CR, LF or NUL) has `'` in front. Spreadsheets with other list separators split at `;` "
    "and tabs, and at line ends in quotes: inside of a cell, `'` stands between one of these and "
    "what "
    "would be a formula; comma is the only separator. Invalid UTF-8 and NUL are written as "
    "U+FFFD.\n"
    "- Everything that came out of an archive or an index is what its uploader claims.\n\n"
    "| type | what a cell holds |\n|---|---|\n"
    "| text | any text |\n"
    "| list | items joined by one space; white space inside an item is written `%20` |\n"
    "| word | one of the words named in the column's meaning |\n"
    "| hex | lower-case hexadecimal digits |\n"
    "| count | a whole number |\n"
    "| number | a decimal number; a very small one has an exponent (`1.5e-12`) |\n"
    "| time | RFC 3339 in UTC, `2025-06-30T12:34:56Z`, with six digits of a second where the index "
    "has them |\n"
    "| day | a day in UTC, `2025-06-30` |\n";

static const char RUN_JSON[] =
    "\n## run.json\n\n"
    "| key | meaning |\n|---|---|\n"
    "| run_id | UTC time when the run began, `20261123T083000Z`, with `-2`... when that was taken "
    "|\n"
    "| tool, version | what made it |\n"
    "| options | the verb and options of the run; of a Redis URL only that there was one |\n"
    "| counts | artifacts, by status too; entry points, anomalies; projects, by payload kind too; "
    "empty projects; "
    "domains, signatures, clusters; projects in a cluster; collisions, watchlist; campaigns, "
    "projects in a campaign; listings by tier; allowed ones; vanished files |\n"
    "| base_share | empty projects / projects, over the whole mirror: what `lift` and `q_value` "
    "compare with |\n"
    "| largest_campaign_share | of the listed projects, the share in the campaign that has most |\n"
    "| weights | in bits: the `prior` that a score begins at, the scores from which on a project "
    "is "
    "listed to `review` and as `high` |\n"
    "| campaign_changes | since the run that `latest` led to: campaigns that are `new` or `gone`, "
    "that have `grown` (projects that joined) or `shrunk` (that left), that hold projects of "
    "several earlier ones (`merged`), and earlier ones whose projects are now in several "
    "(`split`). "
    "All empty when there was no run before |\n"
    "| allowed | `--allow`: the projects that would be listed, with reason, tier and score; how "
    "many lines of the file matched nothing |\n"
    "| vanished | artifacts of earlier sweeps that are no longer on disk: in no table, their count "
    "and the first paths "
    "here |\n"
    "| timings | what differs from run to run on the same mirror: when the run began and ended, "
    "seconds in all and by stage; `last_scan`: how many artifacts the last scan examined and how "
    "many it knew already, its time; the run before |\n"
    "| scan | what the last scan says of the mirror: its path, what was skipped and why, the "
    "sandbox in force; null when unknown |\n"
    "| datasets | the reference lists in force: where from, how many entries |\n"
    "| libraries | versions in force |\n"
    "| files | name, rows, bytes and SHA-256 of every other file of the run |\n";

static const char FORMS[] =
    "\n## takedown.jsonl, observations.jsonl, osv/\n\n"
    "The rows of takedown.csv for programs: UTF-8 JSON, nothing added for spreadsheets.\n\n"
    "- `takedown.jsonl`, a line each: the columns with their types (numbers, lists; null where "
    "the CSV cell is empty) and `findings`: what `evidence` and `counter_evidence` say, in their "
    "order, each with `signal`, `bits` (what it adds to the score), `text`, and, where they apply, "
    "`subject`, `other`, `count` (0 when absent), `expected`, `when`, `span_seconds`.\n"
    "- `observations.jsonl`, a line for each row of tier `high`: `kind`, `summary`, "
    "`inspector_url`, as the index takes observations about a project. `kind` is `is_spam` for "
    "name-squat, placeholder and spam, `is_dependency_confusion`, else `something_else`.\n"
    "- `osv/MAL-0000-PROJECT.json`, a file for each row of tier `high`, only when there are any: "
    "the Open Source Vulnerability format as the repository of malicious packages takes it in. "
    "`id`, which the format requires, is left out: that repository gives it. `published` and "
    "`modified` are the project's first and last upload. Characters of a project's name other than "
    "letters, digits and hyphens are written `%XX` in the file's name.\n\n"
    "All of them must be verified by a human before they are sent anywhere.\n";

static const char REDIS[] =
    "\n## Redis\n\n"
    "A run is complete when `winnow:latest` names it. Fields of a hash are the columns of the "
    "table, with their plain "
    "text: no `'` in front.\n\n"
    "| key | type | content |\n|---|---|---|\n"
    "| winnow:latest | string | id of the latest complete run |\n"
    "| winnow:runs | zset | complete runs, score: seconds since 1970 |\n"
    "| winnow:runs:unfinished | zset | runs being written |\n"
    "| winnow:run:ID | hash | run_id and the counts of run.json |\n"
    "| winnow:run:ID:keys | set | the keys of the run |\n"
    "| winnow:run:ID:domains | zset | domains, score: lift |\n"
    "| winnow:run:ID:domain:DOMAIN | hash | row of domains |\n"
    "| winnow:run:ID:signatures | zset | payload signatures, score: projects |\n"
    "| winnow:run:ID:clusters | zset | cluster ids, score: projects |\n"
    "| winnow:run:ID:cluster:CLUSTER | hash | row of clusters |\n"
    "| winnow:run:ID:cluster:CLUSTER:projects | set | projects of the cluster |\n"
    "| winnow:run:ID:campaigns | zset | campaign ids, score: score |\n"
    "| winnow:run:ID:campaign:CAMPAIGN | hash | row of campaigns |\n"
    "| winnow:run:ID:campaign:CAMPAIGN:projects | set | projects of the campaign |\n"
    "| winnow:run:ID:takedown | zset | listed projects, score: score |\n"
    "| winnow:run:ID:project:PROJECT | hash | row of projects, for those in a cluster or listed |\n"
    "| winnow:takedown:new | stream | run_id and row of takedown, for each project that a run "
    "lists "
    "and the one before it did not; the latest 100,000 or a little more |\n";

/* A cell of a Markdown table: "|" would end it. */
static void add_cell(struct buffer *out, const char *text) {
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '|')
            buffer_add_byte(out, '\\');
        buffer_add_byte(out, (unsigned char)*at);
    }
}

static void add_table(struct buffer *out, const struct table *table) {
    buffer_printf(
        out, "\n## %s.csv\n\n%s\n\nSorted by %s.\n\n| column | type | meaning |\n|---|---|---|\n",
        table->name, table->meaning, table->order);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        buffer_printf(out, "| %s | %s | ", column->name, column_type_name(column->type));
        add_cell(out, column->meaning);
        buffer_add_text(out, " |\n");
    }
}

static void add_code(void *context, const struct anomaly_meaning *meaning) {
    struct buffer *out = context;
    buffer_printf(out, "| %s | ", meaning->code);
    add_cell(out, meaning->meaning);
    buffer_add_text(out, meaning->refused ? " | yes |\n" : " | |\n");
}

/* What find_category and category_alone of judge/judge.c do. */
static const char CATEGORIES[] =
    "\nThe category of a campaign is the first of these that half of its projects at least agree "
    "on; that of a listed project in no campaign the first that it has itself.\n\n"
    "| category | half of the campaign's projects | a project in no campaign |\n|---|---|---|\n"
    "| name-squat | are named after a command (collisions.csv: `command` or `affix`, without "
    "exemption, or with `has-code` or `ships-command`) | has the signal `command-name` or "
    "`affix-name` |\n"
    "| dependency-confusion | have the signal `high-version` | has it |\n"
    "| placeholder | have the signal `wording`, or half of them `own-brand` | has `wording` |\n"
    "| spam | have the signal `empty`, or half of them a template in common (a payload, or "
    "metadata, eight times commoner in the campaign than elsewhere) | |\n"
    "| other | | |\n\n"
    "The signals stand with takedown.csv.\n";

/* Weights are not of the schema: they stand in a file that users may replace. */
static void add_signals(struct buffer *out) {
    buffer_add_text(out,
                    "\nA score is `prior` and the bits of all signals found; weights stand in "
                    "`datasets/signals.txt`, or in the table of that name in the folder that "
                    "WINNOW_DATASETS names. A signal has its full weight where nothing else is "
                    "said.\n\n"
                    "| signal | what is found |\n|---|---|\n");
    for (int i = 0; i < SIGNALS; i++) {
        buffer_printf(out, "| %s | ", signal_name((enum signal)i));
        add_cell(out, signal_meaning((enum signal)i));
        buffer_add_text(out, " |\n");
    }
}

void schema_write_markdown(struct buffer *out) {
    buffer_add_text(out, INTRODUCTION);
    for (size_t i = 0; i < TABLES; i++) {
        add_table(out, schema_table((enum table_id)i));
        if (i == TABLE_CAMPAIGNS)
            buffer_add_text(out, CATEGORIES);
        if (i == TABLE_TAKEDOWN)
            add_signals(out);
        if (i == TABLE_ANOMALIES) {
            buffer_add_text(
                out,
                "\n| code | meaning | refused since 2025-08, by the index or a strict installer |\n"
                "|---|---|---|\n");
            out->failed = !anomaly_codes_each(add_code, out) || out->failed;
        }
    }
    buffer_add_text(out, FORMS);
    buffer_add_text(out, RUN_JSON);
    buffer_add_text(out, REDIS);
}
