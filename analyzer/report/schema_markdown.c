/* schema_markdown: reports/SCHEMA.md, the data dictionary, from the schema and the anomaly tables.
 */
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
    "tab, CR, LF or NUL) has `'` in front. Cells with `;` or a tab are quoted, for spreadsheets "
    "split there, too; comma is the only separator. Invalid UTF-8 and NUL are written as U+FFFD.\n"
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
    "domains, signatures, clusters; projects in a cluster; vanished files |\n"
    "| base_share | empty projects / projects, over the whole mirror: what `lift` and `q_value` "
    "compare with |\n"
    "| vanished | artifacts of earlier sweeps that are no longer on disk: in no table, their count "
    "and the first paths "
    "here |\n"
    "| timings | when the run began and ended, seconds in all and by stage; `last_scan`: how many "
    "artifacts the last scan examined and how many it knew already, its time |\n"
    "| scan | what the last scan says of the mirror: its path, what was skipped and why, the "
    "sandbox in force; null when unknown |\n"
    "| datasets | the lists of mail domains in force: where from, how many domains |\n"
    "| libraries | versions in force |\n"
    "| files | name, rows, bytes and SHA-256 of every CSV file |\n";

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
    "| winnow:run:ID:project:PROJECT | hash | row of projects, for those in a cluster |\n";

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

void schema_write_markdown(struct buffer *out) {
    buffer_add_text(out, INTRODUCTION);
    for (size_t i = 0; i < TABLES; i++) {
        add_table(out, schema_table((enum table_id)i));
        if (i == TABLE_ANOMALIES) {
            buffer_add_text(out,
                            "\n| code | meaning | the index refuses such uploads since 2025-08 |\n"
                            "|---|---|---|\n");
            out->failed = !anomaly_codes_each(add_code, out) || out->failed;
        }
    }
    buffer_add_text(out, RUN_JSON);
    buffer_add_text(out, REDIS);
}
