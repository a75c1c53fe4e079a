/* campaigns: see campaigns.h. */
#include "judge/campaigns.h"

#include "judge/drafts.h"

#include <stdlib.h>

/* Traits of a core that are told. */
enum { CORE_TRAITS_MAX = 8 };
/* Less common ones are not. */
static const double CORE_SHARE_MIN = 0.05;

const char *category_name(enum category category) {
    static const char *const names[] = {
        [CATEGORY_OTHER] = "other",
        [CATEGORY_NAME_SQUAT] = "name-squat",
        [CATEGORY_PLACEHOLDER] = "placeholder",
        [CATEGORY_SPAM] = "spam",
        [CATEGORY_DEPENDENCY_CONFUSION] = "dependency-confusion",
    };
    return names[category];
}

/* --- the scene ------------------------------------------------------------------------------ */

/* Named after a command of another project, whatever it holds and ships itself: that a squat holds
 * filler is no reason not to see it. */
static bool counts_as_named(const struct collision *collision) {
    return collision->relation != RELATION_MODULE &&
           (collision->exemption == EXEMPT_NONE || collision->exemption == EXEMPT_HAS_CODE ||
            collision->exemption == EXEMPT_SHIPS_COMMAND);
}

/* Fills `named` (by project, all false before) and `projects` with who is named after commands;
 * returns how many. */
static size_t find_named(const struct collisions *collisions, bool *named, uint32_t *projects) {
    size_t count = 0;
    for (size_t i = 0; i < collisions->count; i++) {
        const struct collision *collision = &collisions->at[i];
        if (!counts_as_named(collision) || named[collision->project])
            continue;
        named[collision->project] = true;
        projects[count++] = collision->project;
    }
    return count;
}

static size_t count_nobody(const struct corpus *corpus, const struct traits *traits) {
    size_t count = 0;
    for (size_t i = 0; i < corpus->count; i++)
        count += !traits->has_people[i];
    return count;
}

/* --- one campaign --------------------------------------------------------------------------- */

static void add_word(struct buffer *out, const char *word) {
    if (out->len > 0)
        buffer_add_byte(out, ' ');
    buffer_add_text(out, word);
}

static void write_core(const struct core *core, const struct scene *scene, struct buffer *out) {
    uint32_t at[CORE_TRAITS_MAX];
    size_t count = core_traits(core, at, CORE_TRAITS_MAX);
    const struct season *season = core_season(core);
    for (size_t i = 0; i < count && core_share(core, at[i]) >= CORE_SHARE_MIN; i++) {
        add_word(out, "");
        trait_write(scene->traits, &scene->traits->at[at[i]], out);
        buffer_printf(out, "=%.2f", core_share(core, at[i]));
    }
    if (season->count > 0) {
        add_word(out, "time:");
        instant_add_day(out, season->at[0].from);
        buffer_add_text(out, "..");
        instant_add_day(out, season->at[season->count - 1].to);
        buffer_printf(out, "=%.2f", (double)season->inside / (double)season->known);
    }
    if (core_named_share(core) >= CORE_SHARE_MIN)
        buffer_printf(out, " names=%.2f", core_named_share(core));
}

static void write_member(const struct fit *fit, const struct scene *scene, struct buffer *out) {
    for (int i = 0; i < TRAIT_FAMILIES; i++)
        if (fit->trait[i] != STRING_NONE) {
            add_word(out, "");
            trait_write(scene->traits, &scene->traits->at[fit->trait[i]], out);
        }
    if (fit->of_family[FIT_TIME] >= RARE_BITS)
        add_word(out, "time");
    if (fit->of_family[FIT_NAMES] >= RARE_BITS)
        add_word(out, "names");
}

static bool describe_members(const struct core *core, const struct scene *scene,
                             struct arena *arena, struct campaign *campaign) {
    struct buffer text = BUFFER_EMPTY;
    struct campaign_member *members = arena_alloc(arena, campaign->group.count * sizeof *members);
    bool done = members != NULL;
    for (size_t i = 0; done && i < campaign->group.count; i++) {
        struct fit fit = core_fit(core, campaign->group.projects[i]);
        buffer_clear(&text);
        write_member(&fit, scene, &text);
        members[i].project = campaign->group.projects[i];
        members[i].score = fit.bits;
        members[i].payload_bits = fit.of_family[FIT_PAYLOAD];
        members[i].metadata_bits = fit.of_family[FIT_METADATA];
        done = !text.failed && arena_copy(arena, buffer_span(&text), &members[i].traits);
    }
    campaign->members = members;
    buffer_clear(&text);
    write_core(core, scene, &text);
    done = done && !text.failed && arena_copy(arena, buffer_span(&text), &campaign->traits);
    buffer_free(&text);
    return done;
}

static int compare_signatures(const void *left, const void *right) {
    return signature_compare(left, right);
}

static bool count_signatures(const struct corpus *corpus, struct campaign *campaign) {
    struct signature *at = malloc((campaign->group.count + 1) * sizeof *at);
    if (at == NULL)
        return false;
    size_t count = 0;
    for (size_t i = 0; i < campaign->group.count; i++) {
        const struct signature *signature =
            &corpus->projects[campaign->group.projects[i]].signature;
        if (!signature_is_zero(signature))
            at[count++] = *signature;
    }
    if (count > 1)
        qsort(at, count, sizeof *at, compare_signatures);
    campaign->signatures = count > 0;
    for (size_t i = 1; i < count; i++)
        campaign->signatures += signature_compare(&at[i - 1], &at[i]) != 0;
    free(at);
    return true;
}

static bool find_burst(const struct scene *scene, struct campaign *campaign) {
    instant *times = malloc((campaign->group.count + 1) * sizeof *times);
    if (times == NULL)
        return false;
    size_t known = group_times(scene->corpus, campaign->group, times);
    campaign->burst = burst_find(scene->timeline, times, known);
    free(times);
    return true;
}

static bool describe(const struct core *core, const struct scene *scene,
                     const struct collisions *collisions, struct arena *arena,
                     struct campaign *campaign) {
    struct group group = core_members(core);
    uint32_t *projects = arena_alloc_raw(arena, group.count * sizeof *projects);
    if (projects == NULL)
        return false;
    memcpy(projects, group.projects, group.count * sizeof *projects);
    campaign->group = (struct group){projects, group.count};
    campaign->cohesion = core_cohesion(core);
    for (size_t i = 0; i < group.count; i++) {
        campaign->colliding_projects += collisions->of_project[projects[i]] != STRING_NONE;
        campaign->named_projects += scene->named[projects[i]];
    }
    return describe_members(core, scene, arena, campaign) &&
           group_examine(scene->corpus, campaign->group, STRING_NONE, &campaign->facts) &&
           count_signatures(scene->corpus, campaign) && find_burst(scene, campaign) &&
           group_count_ids(scene->corpus, campaign->group, project_domains, &campaign->domains) &&
           group_count_ids(scene->corpus, campaign->group, project_owners, &campaign->owners);
}

/* --- all of them ---------------------------------------------------------------------------- */

static bool describe_all(struct scene *scene, const struct collisions *collisions,
                         struct campaigns *campaigns) {
    struct core *core = core_new(scene);
    struct drafts drafts = {.at = NULL};
    bool done =
        core != NULL && drafts_grow(scene, core, &drafts) && drafts_merge(scene, core, &drafts);
    campaigns->at = done ? malloc((drafts.count + 1) * sizeof *campaigns->at) : NULL;
    done = done && campaigns->at != NULL;
    for (size_t i = 0; done && i < drafts.count; i++) {
        struct campaign *made = &campaigns->at[i];
        *made = (struct campaign){.category = CATEGORY_OTHER};
        done = core_load(core, drafts.at[i].members, drafts.at[i].count) &&
               describe(core, scene, collisions, campaigns->arena, made);
        for (size_t k = 0; done && k < made->group.count; k++)
            campaigns->of_project[made->group.projects[k]] = (uint32_t)i;
        campaigns->count += done;
    }
    drafts_free(&drafts);
    core_free(core);
    return done;
}

bool campaigns_find(const struct corpus *corpus, const struct traits *traits,
                    const struct timeline *timeline, const struct collisions *collisions,
                    struct campaigns *campaigns) {
    *campaigns = (struct campaigns){.arena = arena_new(SIZE_MAX / 4)};
    bool *named = calloc(corpus->count + 1, sizeof *named);
    uint32_t *named_projects = malloc((corpus->count + 1) * sizeof *named_projects);
    struct scene scene = {.corpus = corpus,
                          .traits = traits,
                          .timeline = timeline,
                          .named = named,
                          .named_projects = named_projects,
                          .nobody_count = count_nobody(corpus, traits),
                          .taken = calloc(corpus->count + 1, sizeof *scene.taken)};
    campaigns->of_project = malloc((corpus->count + 1) * sizeof *campaigns->of_project);
    bool done = campaigns->arena != NULL && named != NULL && named_projects != NULL &&
                scene.taken != NULL && campaigns->of_project != NULL;
    for (size_t i = 0; done && i < corpus->count; i++)
        campaigns->of_project[i] = STRING_NONE;
    if (done) {
        scene.named_count = find_named(collisions, named, named_projects);
        done = describe_all(&scene, collisions, campaigns);
    }
    free(named);
    free(named_projects);
    free(scene.taken);
    return done;
}

void campaigns_free(struct campaigns *campaigns) {
    arena_free(campaigns->arena);
    free(campaigns->at);
    free(campaigns->of_project);
    *campaigns = (struct campaigns){.arena = NULL};
}
