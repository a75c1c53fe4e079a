/*
 * listing: a row of takedown.csv in the forms that programs and reporting channels take. Each form
 * is a function that appends one listing; escaping is the form's business.
 */
#ifndef WINNOW_REPORT_LISTING_H
#define WINNOW_REPORT_LISTING_H

#include "judge/judge.h"
#include "report/row.h"

/* All borrowed for the call. */
struct listing {
    const struct row *row; /* of takedown.csv, complete */
    const struct corpus *corpus;
    const struct project *project;
    const struct verdict *verdict;
};

struct listing_form {
    const char *file_name; /* one line each, or, when it ends in "/", a file of its own in there */
    bool high_only;        /* for submission: rows of tier high only */
    void (*add)(const struct listing *listing, struct buffer *out);
};

enum { LISTING_FORMS = 3 };
extern const struct listing_form listing_forms[LISTING_FORMS];

static inline bool listing_form_is_folder(const struct listing_form *form) {
    return form->file_name[strlen(form->file_name) - 1] == '/';
}

/* takedown.jsonl: the row, each value with its type, and its findings as structure. */
void listing_add_json(const struct listing *listing, struct buffer *out);
/* A report in the OSV format. */
void listing_add_osv(const struct listing *listing, struct buffer *out);
/* An observation for the index's administrators. */
void listing_add_observation(const struct listing *listing, struct buffer *out);

/* Appends the name of a listing's own file: "MAL-0000-NAME.json", of letters, digits, hyphens and
 * percent signs, 255 bytes at most, different for different projects. */
void listing_add_file_name(struct span project, struct buffer *out);

/* Appends the project's page at the index's inspector; with a version that version's. */
void listing_add_inspector_url(struct span project, struct span version, struct buffer *out);

/* Adds its versions as a list. */
struct json;
void listing_add_versions(const struct listing *listing, struct json *json);

/* Appends "pkg:pypi/NAME". */
void listing_add_purl(struct span project, struct buffer *out);

#endif
