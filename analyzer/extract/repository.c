/* repository: see repository.h. */
#include "extract/repository.h"

#include "base/text.h"

/* --- one page --------------------------------------------------------------------------------- */

static bool is_url_byte(unsigned char c) {
    return c > ' ' && c != 0x7F && c != '"' && c != '<' && c != '>' && c != '\\';
}

/* Letters, digits and what else a host name or port holds, a dot among them. */
static bool is_host(struct span host) {
    bool dot = false;
    for (size_t i = 0; i < host.len; i++) {
        unsigned char c = host.at[i];
        dot = dot || (c == '.' && i > 0 && i + 1 < host.len);
        if (!ascii_is_alnum(c) && c < 0x80 && c != '.' && c != '-' && c != '_' && c != ':')
            return false;
    }
    return dot;
}

static bool is_bare_code_host(struct span host, struct span path) {
    return path.len == 0 &&
           (span_is_nocase(host, "github.com") || span_is_nocase(host, "gitlab.com") ||
            span_is_nocase(host, "bitbucket.org"));
}

static struct span without_end(struct span text, const char *end) {
    size_t len = strlen(end);
    struct span tail = span_from(text, text.len > len ? text.len - len : 0);
    return span_is_nocase(tail, end) ? span_slice(text, 0, text.len - len) : text;
}

static struct span trim_path(struct span path) {
    path = span_slice(path, 0, span_find(path, '#'));
    path = span_slice(path, 0, span_find(path, '?'));
    while (path.len > 0 && path.at[path.len - 1] == '/')
        path.len--;
    path = without_end(path, ".git");
    while (path.len > 0 && path.at[path.len - 1] == '/')
        path.len--;
    return path;
}

void repository_normalize(struct span url, struct buffer *out) {
    url = span_trim(url);
    size_t scheme = span_search(url, "://");
    struct span word = span_slice(url, 0, scheme);
    if (!span_is_nocase(word, "http") && !span_is_nocase(word, "https"))
        return;
    struct span rest = span_from(url, scheme + 3);
    for (size_t i = 0; i < rest.len; i++)
        if (!is_url_byte(rest.at[i]))
            return;
    size_t end = 0;
    while (end < rest.len && rest.at[end] != '/' && rest.at[end] != '?' && rest.at[end] != '#')
        end++;
    struct span host = span_slice(rest, 0, end);
    struct span path = trim_path(span_from(rest, end));
    size_t user = span_find_last(host, '@');
    if (user < host.len)
        host = span_from(host, user + 1);
    if (span_is_nocase(span_slice(host, 0, 4), "www."))
        host = span_from(host, 4);
    if (!is_host(host) || is_bare_code_host(host, path))
        return;
    host = utf8_cut(host, REPOSITORY_BYTES_MAX);
    path = utf8_cut(path, REPOSITORY_BYTES_MAX - host.len);
    for (size_t i = 0; i < host.len + path.len; i++)
        buffer_add_byte(out, ascii_lower(i < host.len ? host.at[i] : path.at[i - host.len]));
}

/* --- which page ------------------------------------------------------------------------------- */

/* How well a label says that the page is the project's own: 0 is best. Labels compare without
 * spaces and punctuation, as indexes do. */
static size_t rank_label(struct span label) {
    static const char *const labels[] = {"source", "repository", "sourcecode", "github", "repo",
                                         "code",   "gitlab",     "homepage",   "home",   "website"};
    enum { LABELS = sizeof labels / sizeof *labels, LABEL_BYTES_MAX = 16 };
    unsigned char plain[LABEL_BYTES_MAX];
    size_t len = 0;
    for (size_t i = 0; i < label.len; i++) {
        if (!ascii_is_alnum(label.at[i]) && label.at[i] < 0x80)
            continue;
        if (len == LABEL_BYTES_MAX)
            return LABELS;
        plain[len++] = ascii_lower(label.at[i]);
    }
    size_t rank = 0;
    while (rank < LABELS && !span_is(span_of(plain, len), labels[rank]))
        rank++;
    return rank;
}

/* Writes the page of the best label that has one; of several, the first. */
static void find_project_url(const struct span_list *urls, struct buffer *best) {
    struct buffer page = BUFFER_EMPTY;
    size_t best_rank = SIZE_MAX;
    for (size_t i = 0; i < urls->count; i++) {
        size_t comma = span_find(urls->at[i], ',');
        size_t rank = rank_label(span_slice(urls->at[i], 0, comma));
        if (rank >= best_rank)
            continue;
        buffer_clear(&page);
        repository_normalize(span_from(urls->at[i], comma + 1), &page);
        if (page.len == 0)
            continue;
        best_rank = rank;
        buffer_clear(best);
        buffer_add(best, buffer_span(&page));
    }
    best->failed = best->failed || page.failed;
    buffer_free(&page);
}

bool repository_find(struct arena *arena, struct artifact_metadata *metadata) {
    struct buffer page = BUFFER_EMPTY;
    repository_normalize(metadata->home_page, &page);
    if (page.len == 0)
        find_project_url(&metadata->project_urls, &page);
    bool found = !page.failed && arena_copy(arena, buffer_span(&page), &metadata->repository);
    buffer_free(&page);
    return found;
}
