/*
 * campaign_changes: names for this run's campaigns, and how they differ from those of the run that
 * `latest` led to. Without one, or when both are equal, all lists are empty: what a run says of a
 * mirror does not depend on how often it was looked at.
 */
#include "base/json.h"
#include "report/run.h"

#include <stdlib.h>

bool run_name_campaigns(struct run *run) {
    return previous_run_read(run->request->out, &run->previous) &&
           campaign_ids_assign(run->corpus, run->previous.rows, run->previous.count,
                               &run->campaigns, &run->history);
}

/* Index of the earlier campaign with an id; earlier_count when there is none. */
static size_t find_earlier(const struct campaign_history *history, struct span id) {
    size_t low = 0;
    size_t high = history->earlier_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(history->earlier[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < history->earlier_count && span_equal(history->earlier[low].id, id);
    return found ? low : history->earlier_count;
}

/* Index of the campaign with an id; campaigns.count when there is none. */
static size_t find_campaign(const struct campaigns *campaigns, struct span id) {
    size_t low = 0;
    size_t high = campaigns->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(span_text(campaigns->at[middle].id), id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < campaigns->count && span_is(id, campaigns->at[low].id);
    return found ? low : campaigns->count;
}

static int compare_places(const void *left, const void *right) {
    const struct campaign_overlap *a = left;
    const struct campaign_overlap *b = right;
    if (a->earlier != b->earlier)
        return a->earlier < b->earlier ? -1 : 1;
    return a->campaign < b->campaign ? -1 : a->campaign > b->campaign;
}

static uint64_t shared_projects(const struct campaign_history *history, size_t earlier,
                                size_t campaign) {
    const struct campaign_overlap key = {.earlier = (uint32_t)earlier,
                                         .campaign = (uint32_t)campaign};
    if (history->overlap_count == 0)
        return 0;
    const struct campaign_overlap *found =
        bsearch(&key, history->overlaps, history->overlap_count, sizeof key, compare_places);
    return found != NULL ? found->projects : 0;
}

static void open_entry(struct json *json, struct span id) {
    json_open(json, '{');
    json_key(json, "campaign_id");
    json_string(json, id);
}

static void add_number(struct json *json, const char *name, uint64_t number) {
    json_key(json, name);
    json_int(json, (int64_t)number);
}

/* What a list says of one campaign of today; nothing when it does not belong there. */
enum today { TODAY_NEW, TODAY_GROWN, TODAY_SHRUNK };

static void add_today(struct json *json, const struct run *run, size_t index, enum today list) {
    const struct campaign *campaign = &run->campaigns.at[index];
    size_t earlier = find_earlier(&run->history, span_text(campaign->id));
    bool is_new = earlier == run->history.earlier_count;
    if (is_new != (list == TODAY_NEW))
        return;
    uint64_t kept = is_new ? 0 : shared_projects(&run->history, earlier, index);
    uint64_t changed = list == TODAY_NEW     ? campaign->group.count
                       : list == TODAY_GROWN ? campaign->group.count - kept
                                             : run->history.earlier[earlier].projects - kept;
    if (changed == 0)
        return;
    open_entry(json, span_text(campaign->id));
    add_number(json, "projects", campaign->group.count);
    if (list != TODAY_NEW)
        add_number(json, list == TODAY_GROWN ? "joined" : "left", changed);
    json_close(json, '}');
}

static void add_gone(struct json *json, const struct run *run) {
    for (size_t i = 0; i < run->history.earlier_count; i++) {
        const struct earlier_campaign *earlier = &run->history.earlier[i];
        if (find_campaign(&run->campaigns, earlier->id) < run->campaigns.count)
            continue;
        open_entry(json, earlier->id);
        add_number(json, "projects", earlier->projects);
        json_close(json, '}');
    }
}

/* Earlier campaigns whose projects are now in several. Overlaps of one come together. */
static void add_split(struct json *json, const struct run *run) {
    const struct campaign_history *history = &run->history;
    for (size_t start = 0, end = 0; start < history->overlap_count; start = end) {
        while (end < history->overlap_count &&
               history->overlaps[end].earlier == history->overlaps[start].earlier)
            end++;
        if (end - start < 2)
            continue;
        open_entry(json, history->earlier[history->overlaps[start].earlier].id);
        json_key(json, "into");
        json_open(json, '[');
        for (size_t i = start; i < end; i++)
            json_text(json, run->campaigns.at[history->overlaps[i].campaign].id);
        json_close(json, ']');
        json_close(json, '}');
    }
}

static int compare_by_campaign(const void *left, const void *right) {
    const struct campaign_overlap *a = left;
    const struct campaign_overlap *b = right;
    if (a->campaign != b->campaign)
        return a->campaign < b->campaign ? -1 : 1;
    return a->earlier < b->earlier ? -1 : a->earlier > b->earlier;
}

/* Campaigns with projects of several earlier ones. */
static void add_merged(struct json *json, const struct run *run) {
    const struct campaign_history *history = &run->history;
    size_t count = history->overlap_count;
    struct campaign_overlap *sorted = malloc((count + 1) * sizeof *sorted);
    if (sorted == NULL) {
        json->out->failed = true;
        return;
    }
    if (count > 0) {
        memcpy(sorted, history->overlaps, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, compare_by_campaign);
    }
    for (size_t start = 0, end = 0; start < count; start = end) {
        while (end < count && sorted[end].campaign == sorted[start].campaign)
            end++;
        if (end - start < 2)
            continue;
        open_entry(json, span_text(run->campaigns.at[sorted[start].campaign].id));
        json_key(json, "from");
        json_open(json, '[');
        for (size_t i = start; i < end; i++)
            json_string(json, history->earlier[sorted[i].earlier].id);
        json_close(json, ']');
        json_close(json, '}');
    }
    free(sorted);
}

void run_write_changes(const struct run *run, struct json *json) {
    static const char *const todays[] = {
        [TODAY_NEW] = "new", [TODAY_GROWN] = "grown", [TODAY_SHRUNK] = "shrunk"};
    bool compared = run->previous.run_id != NULL;
    json_key(json, "campaign_changes");
    json_open(json, '{');
    for (int list = TODAY_NEW; list <= TODAY_SHRUNK; list++) {
        json_key(json, todays[list]);
        json_open(json, '[');
        for (size_t i = 0; compared && i < run->campaigns.count; i++)
            add_today(json, run, i, (enum today)list);
        json_close(json, ']');
    }
    static const struct {
        const char *name;
        void (*add)(struct json *json, const struct run *run);
    } others[] = {{"merged", add_merged}, {"split", add_split}, {"gone", add_gone}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        json_key(json, others[i].name);
        json_open(json, '[');
        if (compared)
            others[i].add(json, run);
        json_close(json, ']');
    }
    json_close(json, '}');
}
