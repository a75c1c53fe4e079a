/* campaign_ids: see campaign_ids.h. */
#include "judge/campaign_ids.h"

#include <stdlib.h>

/* --- what the earlier run had, and where it is now ------------------------------------------- */

static int compare_memberships(const void *left, const void *right) {
    const struct membership *a = left;
    const struct membership *b = right;
    int order = span_compare(a->campaign_id, b->campaign_id);
    return order != 0 ? order : span_compare(a->project, b->project);
}

/* Where each earlier membership leads: key = (earlier campaign, today's campaign). */
static size_t follow(const struct corpus *corpus, const struct membership *sorted, size_t count,
                     const struct campaigns *campaigns, struct campaign_history *history,
                     struct grouped *led) {
    size_t leads = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_memberships(&sorted[i - 1], &sorted[i]) == 0)
            continue;
        if (i == 0 || !span_equal(sorted[i - 1].campaign_id, sorted[i].campaign_id))
            history->earlier[history->earlier_count++] =
                (struct earlier_campaign){.id = sorted[i].campaign_id};
        struct earlier_campaign *earlier = &history->earlier[history->earlier_count - 1];
        size_t project = corpus_find(corpus, sorted[i].project);
        earlier->projects++;
        if (project == corpus->count)
            continue;
        earlier->present++;
        if (campaigns->of_project[project] != STRING_NONE)
            led[leads++] = (struct grouped){.key = (uint64_t)(history->earlier_count - 1) << 32 |
                                                   campaigns->of_project[project],
                                            .project = (uint32_t)project};
    }
    return leads;
}

static bool find_overlaps(const struct corpus *corpus, const struct membership *rows, size_t count,
                          const struct campaigns *campaigns, struct campaign_history *history) {
    struct membership *sorted = malloc((count + 1) * sizeof *sorted);
    struct grouped *led = malloc((count + 1) * sizeof *led);
    history->earlier = malloc((count + 1) * sizeof *history->earlier);
    history->overlaps = calloc(count + 1, sizeof *history->overlaps);
    bool done =
        sorted != NULL && led != NULL && history->earlier != NULL && history->overlaps != NULL;
    if (done && count > 0) {
        memcpy(sorted, rows, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, compare_memberships);
        size_t leads = follow(corpus, sorted, count, campaigns, history, led);
        grouped_sort(led, leads);
        for (size_t start = 0, end = 0; start < leads; start = end) {
            end = grouped_end(led, leads, start);
            history->overlaps[history->overlap_count++] =
                (struct campaign_overlap){.earlier = (uint32_t)(led[start].key >> 32),
                                          .campaign = (uint32_t)led[start].key,
                                          .projects = (uint32_t)(end - start)};
        }
    }
    free(sorted);
    free(led);
    return done;
}

/* --- ids ------------------------------------------------------------------------------------ */

struct naming {
    const struct corpus *corpus;
    struct campaigns *campaigns;
    const struct campaign_history *history;
    uint32_t *founders; /* project of each campaign */
    struct strings taken;
};

/* Whether project `a` was there before `b`; an unknown time comes last, names decide. */
static bool is_earlier(const struct corpus *corpus, uint32_t a, uint32_t b) {
    instant first = corpus->projects[a].first_uploaded_at;
    instant second = corpus->projects[b].first_uploaded_at;
    if (first == second)
        return a < b;
    if (first == INSTANT_UNKNOWN || second == INSTANT_UNKNOWN)
        return second == INSTANT_UNKNOWN;
    return first < second;
}

static void find_founders(struct naming *naming) {
    for (size_t i = 0; i < naming->campaigns->count; i++) {
        const struct group *group = &naming->campaigns->at[i].group;
        uint32_t founder = group->projects[0];
        for (size_t k = 1; k < group->count; k++)
            if (is_earlier(naming->corpus, group->projects[k], founder))
                founder = group->projects[k];
        naming->founders[i] = founder;
    }
}

static int compare_claims(const void *left, const void *right, void *context) {
    const struct naming *naming = context;
    const struct campaign_overlap *a = left;
    const struct campaign_overlap *b = right;
    if (a->projects != b->projects)
        return a->projects > b->projects ? -1 : 1;
    if (a->earlier != b->earlier) /* numbered in the order of ids */
        return a->earlier < b->earlier ? -1 : 1;
    if (a->campaign == b->campaign)
        return 0;
    return is_earlier(naming->corpus, naming->founders[a->campaign], naming->founders[b->campaign])
               ? -1
               : 1;
}

static void set_id(struct campaign *campaign, struct span id) {
    size_t len = id.len < sizeof campaign->id ? id.len : sizeof campaign->id - 1;
    memcpy(campaign->id, id.at, len);
    campaign->id[len] = '\0';
}

/* The claims by falling overlap; each id is given once, each campaign takes one. */
static bool inherit(struct naming *naming) {
    const struct campaign_history *history = naming->history;
    size_t count = history->overlap_count;
    struct campaign_overlap *claims = malloc((count + 1) * sizeof *claims);
    bool *given = calloc(history->earlier_count + 1, sizeof *given);
    bool done = claims != NULL && given != NULL;
    if (done && count > 0) {
        memcpy(claims, history->overlaps, count * sizeof *claims);
        qsort_r(claims, count, sizeof *claims, compare_claims, naming);
    }
    for (size_t i = 0; done && i < count; i++) {
        const struct earlier_campaign *earlier = &history->earlier[claims[i].earlier];
        struct campaign *campaign = &naming->campaigns->at[claims[i].campaign];
        if (given[claims[i].earlier] || campaign->id[0] != '\0' ||
            (uint64_t)claims[i].projects * 2 < earlier->present)
            continue;
        given[claims[i].earlier] = true;
        set_id(campaign, earlier->id);
    }
    free(claims);
    free(given);
    return done;
}

/* "g" and digits of the hash of the founder's name; after that of the name, a NUL byte and 1, 2...
 * while that id is another's. */
static bool name_after_founder(struct naming *naming, size_t index) {
    struct span name = naming->corpus->projects[naming->founders[index]].project;
    struct buffer text = BUFFER_EMPTY;
    struct buffer id = BUFFER_EMPTY;
    bool is_new = false;
    for (unsigned attempt = 0; !is_new && !text.failed && !id.failed; attempt++) {
        buffer_clear(&text);
        buffer_add(&text, name);
        if (attempt > 0)
            buffer_printf(&text, "%c%u", 0, attempt);
        struct signature digest = signature_of(buffer_span(&text));
        buffer_clear(&id);
        buffer_add_byte(&id, 'g');
        hex_add(&id, span_of(digest.at, CAMPAIGN_ID_DIGITS / 2));
        is_new = strings_find(&naming->taken, buffer_span(&id)) == STRING_NONE;
    }
    bool done = is_new && !text.failed && !id.failed &&
                strings_intern(&naming->taken, buffer_span(&id)) != STRING_NONE;
    if (done)
        set_id(&naming->campaigns->at[index], buffer_span(&id));
    buffer_free(&text);
    buffer_free(&id);
    return done;
}

static int compare_founders(const void *left, const void *right, void *context) {
    const struct naming *naming = context;
    uint32_t a = naming->founders[*(const uint32_t *)left];
    uint32_t b = naming->founders[*(const uint32_t *)right];
    return a == b ? 0 : is_earlier(naming->corpus, a, b) ? -1 : 1;
}

/* Ids of the earlier run are nobody else's, even when their campaign is gone. */
static bool name_the_rest(struct naming *naming) {
    size_t count = naming->campaigns->count;
    uint32_t *order = malloc((count + 1) * sizeof *order);
    bool done = order != NULL;
    for (size_t i = 0; done && i < naming->history->earlier_count; i++)
        done = strings_intern(&naming->taken, naming->history->earlier[i].id) != STRING_NONE;
    for (uint32_t i = 0; done && i < count; i++)
        order[i] = i;
    if (done && count > 1)
        qsort_r(order, count, sizeof *order, compare_founders, naming);
    for (size_t i = 0; done && i < count; i++)
        if (naming->campaigns->at[order[i]].id[0] == '\0')
            done = name_after_founder(naming, order[i]);
    free(order);
    return done;
}

/* --- order ---------------------------------------------------------------------------------- */

static int compare_ids(const void *left, const void *right) {
    return strcmp(((const struct campaign *)left)->id, ((const struct campaign *)right)->id);
}

static int compare_overlaps(const void *left, const void *right) {
    const struct campaign_overlap *a = left;
    const struct campaign_overlap *b = right;
    if (a->earlier != b->earlier)
        return a->earlier < b->earlier ? -1 : 1;
    return a->campaign < b->campaign ? -1 : a->campaign > b->campaign;
}

/* Sorts by id; what pointed to the old places points to the new ones. */
static bool sort_campaigns(struct campaigns *campaigns, const struct corpus *corpus,
                           struct campaign_history *history) {
    uint32_t *moved = calloc(campaigns->count + 1, sizeof *moved);
    if (moved == NULL)
        return false;
    /* A member of the group tells a campaign's old place, once it has moved. */
    qsort(campaigns->at, campaigns->count, sizeof *campaigns->at, compare_ids);
    for (uint32_t i = 0; i < campaigns->count; i++)
        moved[campaigns->of_project[campaigns->at[i].group.projects[0]]] = i;
    for (size_t i = 0; i < corpus->count; i++)
        if (campaigns->of_project[i] != STRING_NONE)
            campaigns->of_project[i] = moved[campaigns->of_project[i]];
    for (size_t i = 0; i < history->overlap_count; i++)
        history->overlaps[i].campaign = moved[history->overlaps[i].campaign];
    if (history->overlap_count > 1)
        qsort(history->overlaps, history->overlap_count, sizeof *history->overlaps,
              compare_overlaps);
    free(moved);
    return true;
}

bool campaign_ids_assign(const struct corpus *corpus, const struct membership *rows, size_t count,
                         struct campaigns *campaigns, struct campaign_history *history) {
    *history = (struct campaign_history){.earlier = NULL};
    if (campaigns->count == 0 && count == 0)
        return true;
    struct naming naming = {.corpus = corpus, .campaigns = campaigns, .history = history};
    struct arena *arena = arena_new(SIZE_MAX / 4);
    naming.founders = malloc((campaigns->count + 1) * sizeof *naming.founders);
    strings_begin(&naming.taken, arena);
    for (size_t i = 0; i < campaigns->count; i++)
        campaigns->at[i].id[0] = '\0';
    bool done = arena != NULL && naming.founders != NULL &&
                find_overlaps(corpus, rows, count, campaigns, history);
    if (done)
        find_founders(&naming);
    done = done && inherit(&naming) && name_the_rest(&naming) &&
           sort_campaigns(campaigns, corpus, history);
    if (!done)
        campaign_history_free(history);
    strings_free(&naming.taken);
    free(naming.founders);
    arena_free(arena);
    return done;
}

void campaign_history_free(struct campaign_history *history) {
    free(history->earlier);
    free(history->overlaps);
    *history = (struct campaign_history){.earlier = NULL};
}
