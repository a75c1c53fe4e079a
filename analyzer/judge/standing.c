/* standing: see standing.h. */
#include "judge/standing.h"

#include "base/text.h"

#include <stdlib.h>

enum {
    ESTABLISHED_RELEASES = 3,
    PERSON_BYTES_MIN = 5,
    BRAND_BYTES_MIN = 4,  /* shorter words are in too many names by chance */
    LINK_PEOPLE_MAX = 16, /* people of a project that are asked about its link */
};

bool name_has(struct span name, struct span word) {
    for (size_t i = 0; i + word.len <= name.len; i++)
        if (memcmp(name.at + i, word.at, word.len) == 0)
            return true;
    return false;
}

struct span name_first_word(struct span project) {
    return span_slice(project, 0, span_find(project, '-'));
}

/* --- established projects ------------------------------------------------------------------- */

static bool is_established(const struct project *project) {
    return project->kind >= KIND_DATA &&
           (project->dependents > 0 || project->releases >= ESTABLISHED_RELEASES);
}

/* Whether a trait says who stands behind a project: shapes do not, and addresses do not where
 * accounts are known. */
static bool is_person(const struct traits *traits, uint32_t project, uint32_t trait) {
    enum trait_type type = trait_type(&traits->at[trait]);
    if (type == TRAIT_OWNER)
        return true;
    return (type == TRAIT_ADDRESS || type == TRAIT_DOMAIN) &&
           traits->corpus->projects[project].owners.count == 0;
}

/* Traits that only the project itself has are no traits: nothing else hangs on them. */
static void count_established(struct standing *standing) {
    const struct traits *traits = standing->traits;
    for (uint32_t i = 0; i < traits->corpus->count; i++) {
        standing->is_established[i] = is_established(&traits->corpus->projects[i]);
        if (!standing->is_established[i])
            continue;
        for (uint32_t k = traits->starts[i]; k < traits->starts[i + 1]; k++)
            standing->of_trait[traits->of_project[k]]++;
    }
}

struct known_people standing_known(const struct standing *standing, uint32_t project) {
    const struct traits *traits = standing->traits;
    struct known_people known = {0, false};
    for (uint32_t k = traits->starts[project]; k < traits->starts[project + 1]; k++) {
        uint32_t trait = traits->of_project[k];
        if (!is_person(traits, project, trait))
            continue;
        uint32_t others = standing->of_trait[trait] - standing->is_established[project];
        bool by_domain = trait_type(&traits->at[trait]) == TRAIT_DOMAIN;
        if (others == 0 || (by_domain && known.projects > 0 && !known.by_domain))
            continue;
        if (others > known.projects || (known.by_domain && !by_domain))
            known = (struct known_people){others, by_domain};
    }
    return known;
}

/* --- brands --------------------------------------------------------------------------------- */

static uint64_t brand_hash(uint32_t trait, struct span word) {
    return hash64(word, trait); /* no boundary: a chance match excuses, one in 2^64 */
}

static int compare_u64(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static bool collect_brands(struct standing *standing) {
    const struct traits *traits = standing->traits;
    size_t room = 0;
    for (uint32_t i = 0; i < traits->count; i++)
        room += standing->of_trait[i];
    standing->brands = malloc((room + 1) * sizeof *standing->brands);
    if (standing->brands == NULL)
        return false;
    for (uint32_t i = 0; i < traits->corpus->count; i++) {
        struct span word = name_first_word(traits->corpus->projects[i].project);
        if (!standing->is_established[i] || word.len < BRAND_BYTES_MIN)
            continue;
        for (uint32_t k = traits->starts[i]; k < traits->starts[i + 1]; k++)
            if (is_person(traits, i, traits->of_project[k]))
                standing->brands[standing->brand_count++] = brand_hash(traits->of_project[k], word);
    }
    if (standing->brand_count > 1)
        qsort(standing->brands, standing->brand_count, sizeof *standing->brands, compare_u64);
    return true;
}

/* "acme" of "acme.co.uk", if the domain is an organisation's own. */
static struct span domain_label(const struct corpus *corpus, uint32_t domain) {
    struct span text = corpus->domains.at[domain];
    if (domain_type_of(corpus->rules, text) != DOMAIN_OWN)
        return SPAN_EMPTY;
    return span_slice(text, 0, span_find(text, '.'));
}

static struct span brand_of_domain(const struct corpus *corpus, const struct project *project) {
    for (uint32_t k = 0; k < project->domains.count; k++) {
        struct span label = domain_label(corpus, project->domains.at[k]);
        if (label.len >= BRAND_BYTES_MIN && name_has(project->project, label))
            return label;
    }
    return SPAN_EMPTY;
}

/* An account of the name of its projects: "acme" owns "acme-core" and "pyacme". */
static struct span brand_of_owner(const struct corpus *corpus, const struct project *project) {
    for (uint32_t k = 0; k < project->owners.count; k++) {
        struct span owner = corpus->owners.at[project->owners.at[k]];
        if (owner.len >= BRAND_BYTES_MIN && name_has(project->project, owner))
            return owner;
    }
    return SPAN_EMPTY;
}

struct span standing_brand(const struct standing *standing, uint32_t project) {
    const struct traits *traits = standing->traits;
    const struct project *record = &traits->corpus->projects[project];
    struct span label = brand_of_domain(traits->corpus, record);
    if (label.len == 0)
        label = brand_of_owner(traits->corpus, record);
    if (label.len > 0)
        return label;
    struct span word = name_first_word(record->project);
    if (word.len < BRAND_BYTES_MIN || standing->is_established[project])
        return SPAN_EMPTY;
    for (uint32_t k = traits->starts[project]; k < traits->starts[project + 1]; k++) {
        uint64_t hash = brand_hash(traits->of_project[k], word);
        if (is_person(traits, project, traits->of_project[k]) && standing->brand_count > 0 &&
            bsearch(&hash, standing->brands, standing->brand_count, sizeof hash, compare_u64))
            return word;
    }
    return SPAN_EMPTY;
}

/* Letters and digits only, of what fits `out`; as much of the end as `trim_digits` says is left
 * out.
 */
static struct span squash(struct span text, bool trim_digits, unsigned char *out, size_t room) {
    size_t len = 0;
    for (size_t i = 0; i < text.len && len < room; i++)
        if (ascii_is_alnum(text.at[i]))
            out[len++] = ascii_lower(text.at[i]);
    while (trim_digits && len > 0 && ascii_is_digit(out[len - 1]))
        len--;
    return span_of(out, len);
}

struct span standing_own_name(const struct corpus *corpus, uint32_t project) {
    enum { ROOM = 128 };
    const struct project *record = &corpus->projects[project];
    unsigned char name_room[ROOM];
    unsigned char person_room[ROOM];
    struct span name = squash(record->project, false, name_room, ROOM);
    for (uint32_t k = 0; k < record->addresses.count; k++) {
        struct span address = corpus->addresses.at[record->addresses.at[k]];
        struct span local = span_slice(address, 0, span_find_last(address, '@'));
        struct span person = squash(local, true, person_room, ROOM);
        if (person.len >= PERSON_BYTES_MIN && person.len < name.len && name_has(name, person))
            return address;
    }
    return SPAN_EMPTY;
}

/* --- links ---------------------------------------------------------------------------------- */

static bool has_trait(const struct traits *traits, uint32_t project, uint32_t trait) {
    for (uint32_t k = traits->starts[project]; k < traits->starts[project + 1]; k++)
        if (traits->of_project[k] == trait)
            return true;
    return false;
}

/* Whether one person or domain is behind all rows. */
static bool have_common_people(const struct traits *traits, const struct grouped *rows,
                               size_t count) {
    uint32_t first = rows[0].project;
    size_t asked = 0;
    for (uint32_t k = traits->starts[first]; k < traits->starts[first + 1]; k++) {
        uint32_t trait = traits->of_project[k];
        if (!is_person(traits, first, trait) || traits->at[trait].group.count < count)
            continue;
        if (++asked > LINK_PEOPLE_MAX)
            break;
        size_t having = 1;
        while (having < count && has_trait(traits, rows[having].project, trait))
            having++;
        if (having == count)
            return true;
    }
    return false;
}

static bool find_own_links(struct standing *standing) {
    const struct corpus *corpus = standing->traits->corpus;
    struct grouped *rows = malloc((corpus->count + 1) * sizeof *rows);
    size_t count = 0;
    if (rows == NULL)
        return false;
    for (uint32_t i = 0; i < corpus->count; i++)
        if (corpus->projects[i].repository != STRING_NONE)
            rows[count++] = (struct grouped){corpus->projects[i].repository, i};
    grouped_sort(rows, count);
    for (size_t start = 0, end = 0; start < count; start = end) {
        end = grouped_end(rows, count, start);
        bool own =
            end - start == 1 || have_common_people(standing->traits, rows + start, end - start);
        for (size_t i = start; i < end; i++)
            standing->link_is_own[rows[i].project] = own;
    }
    free(rows);
    return true;
}

bool standing_find(const struct traits *traits, struct standing *standing) {
    size_t projects = traits->corpus->count + 1;
    *standing = (struct standing){.traits = traits};
    standing->is_established = calloc(projects, sizeof *standing->is_established);
    standing->link_is_own = calloc(projects, sizeof *standing->link_is_own);
    standing->of_trait = calloc((size_t)traits->count + 1, sizeof *standing->of_trait);
    if (standing->is_established == NULL || standing->link_is_own == NULL ||
        standing->of_trait == NULL)
        return false;
    count_established(standing);
    return collect_brands(standing) && find_own_links(standing);
}

void standing_free(struct standing *standing) {
    free(standing->is_established);
    free(standing->of_trait);
    free(standing->brands);
    free(standing->link_is_own);
    *standing = (struct standing){.traits = NULL};
}
