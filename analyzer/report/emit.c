/* emit: see emit.h. */
#include "report/emit.h"

void row_ids(struct row *row, const struct strings *strings, const struct id_list *list) {
    for (uint32_t i = 0; i < list->count; i++)
        row_list_item(row, strings->at[list->at[i]]);
    row_list_end(row);
}

void row_examples(struct row *row, const struct corpus *corpus, struct group group) {
    for (size_t i = 0; i < group.count && i < EXAMPLES_MAX; i++)
        row_list_item(row, corpus->projects[group.projects[i]].project);
    row_list_end(row);
}

void row_times(struct row *row, const struct group_facts *facts) {
    row_time(row, facts->first_uploaded_at);
    row_time(row, facts->last_uploaded_at);
    row_day(row, facts->busiest_day);
    row_count(row, facts->busiest_day_projects);
}
