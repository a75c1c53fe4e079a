/* signal: see signal.h. */
#include "judge/signal.h"

#include <inttypes.h>

/* How a finding reads: its numbers in words. */
typedef void write_finding(const struct finding *finding, struct buffer *out);

static const char *plural(uint64_t count) {
    return count == 1 ? "" : "s";
}

static void write_empty(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "payload is empty (%.*s)", SPAN_ARGS(f->subject)); /* a word of ours */
}

static void write_owner(const struct finding *f, struct buffer *out) {
    buffer_add_text(out, "` of project ");
    buffer_add(out, f->other);
    buffer_printf(out, " (%" PRIu64 " dependent%s", f->count, plural(f->count));
    if (f->when != INSTANT_UNKNOWN) {
        buffer_add_text(out, ", ");
        instant_add_day(out, f->when);
    }
    buffer_add_byte(out, ')');
}

static void write_command_name(const struct finding *f, struct buffer *out) {
    buffer_add_text(out, "named after command `");
    buffer_add(out, f->subject);
    write_owner(f, out);
}

static void write_affix_name(const struct finding *f, struct buffer *out) {
    buffer_add_text(out, "named, with an affix, after command `");
    buffer_add(out, f->subject);
    write_owner(f, out);
}

static void write_module_name(const struct finding *f, struct buffer *out) {
    buffer_add_text(out, "named after module `");
    buffer_add(out, f->subject);
    write_owner(f, out);
}

static void write_campaign(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "one of %" PRIu64 " projects of campaign %.*s", f->count,
                  SPAN_ARGS(f->subject));
}

static void write_campaign_names(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "%" PRIu64 " of these %.0f are named after commands", f->count, f->expected);
}

static void write_shared_payload(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "payload shared with %" PRIu64 " project%s of the campaign", f->count,
                  plural(f->count));
}

static void write_similar_template(const struct finding *f, struct buffer *out) {
    buffer_printf(out,
                  "payload or metadata much like that of %" PRIu64 " project%s of the campaign",
                  f->count, plural(f->count));
}

static const char *window_name(uint64_t seconds) {
    return seconds <= 3600    ? "within an hour on"
           : seconds <= 86400 ? "within a day from"
                              : "within a week from";
}

static void write_burst(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "%" PRIu64 " first uploads of the campaign %s ", f->count,
                  window_name(f->span_seconds));
    instant_add_day(out, f->when);
    buffer_printf(out, f->expected < 1 ? " where %.2g were expected" : " where %.0f were expected",
                  f->expected);
}

static void write_many_people(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "%" PRIu64 " different addresses or accounts behind the campaign", f->count);
}

static void write_empty_domain(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "%" PRIu64 " of %.0f projects with an address at ", f->count, f->expected);
    buffer_add(out, f->subject);
    buffer_add_text(out, " are empty");
}

static void write_disposable(const struct finding *f, struct buffer *out) {
    buffer_add_text(out, "address at a provider of throw-away mailboxes, ");
    buffer_add(out, f->subject);
}

static void write_wording(const struct finding *f, struct buffer *out) {
    buffer_add_text(out, "summary says `");
    buffer_add(out, f->subject);
    buffer_add_byte(out, '`');
}

static void write_high_version(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "version number begins with %" PRIu64, f->count);
}

static void write_single_release(const struct finding *f, struct buffer *out) {
    (void)f;
    buffer_add_text(out, "a single release");
}

static void write_no_link(const struct finding *f, struct buffer *out) {
    (void)f;
    buffer_add_text(out, "no home page or repository");
}

static void write_dependents(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "required by %" PRIu64 " other project%s", f->count, plural(f->count));
}

static void write_age(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "uploads over %" PRIu64 " days", f->count);
}

static void write_real_code(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "holds %.*s", SPAN_ARGS(f->subject));
    if (f->count > 0)
        buffer_printf(out, ", %" PRIu64 " bytes of Python", f->count);
}

static void write_releases(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "%" PRIu64 " releases", f->count);
}

static void write_link(const struct finding *f, struct buffer *out) {
    buffer_add_text(out, "links to ");
    buffer_add(out, f->subject);
}

static void write_own_brand(const struct finding *f, struct buffer *out) {
    buffer_add_text(out, "its people's own name, `");
    buffer_add(out, f->subject);
    buffer_add_text(out, "`, is part of the project's");
}

static void write_own_name(const struct finding *f, struct buffer *out) {
    buffer_add_text(out, "the project bears the name of its author, ");
    buffer_add(out, f->subject);
}

static void write_one_organisation(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "%" PRIu64 " projects of the campaign have an address at ", f->count);
    buffer_add(out, f->subject);
    buffer_add_text(out, ", which is no mail provider");
}

static void write_name_family(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "%" PRIu64 " names of the campaign have the word `", f->count);
    buffer_add(out, f->subject);
    buffer_add_byte(out, '`');
}

static void write_known_people(const struct finding *f, struct buffer *out) {
    buffer_printf(out, "the same people have %" PRIu64 " established project%s", f->count,
                  plural(f->count));
}

static const struct signal_row {
    const char *name;
    write_finding *write;
    const char *meaning;
} rows[SIGNALS] = {
    [SIGNAL_EMPTY] = {"empty", write_empty,
                      "The payload is none, blank, constant or stub; half the weight for a "
                      "metapackage in a campaign "
                      "most of which is named after commands."},
    [SIGNAL_COMMAND_NAME] =
        {"command-name", write_command_name,
         "Named after a command of another, earlier project, without an exemption "
         "(collisions.csv); half the weight when nobody requires that one, full weight from seven "
         "dependents on."},
    [SIGNAL_AFFIX_NAME] = {"affix-name", write_affix_name,
                           "The same for a command with a common affix."},
    [SIGNAL_MODULE_NAME] = {"module-name", write_module_name, "The same for an importable name."},
    [SIGNAL_CAMPAIGN] = {"campaign", write_campaign,
                         "In a campaign; by the logarithm of its size, from nothing at 4 projects "
                         "to full weight at "
                         "128."},
    [SIGNAL_CAMPAIGN_NAMES] = {"campaign-names", write_campaign_names,
                               "In a campaign of which three projects in ten at least are named "
                               "after commands, those with "
                               "filler code included; weighed by their share."},
    [SIGNAL_SHARED_PAYLOAD] =
        {"shared-payload", write_shared_payload,
         "Has the very payload of other projects of the campaign; full weight when it is a "
         "thousand times rarer elsewhere."},
    [SIGNAL_SIMILAR_TEMPLATE] =
        {"similar-template", write_similar_template,
         "The same for a similar payload, the same or similar metadata; half the weight for any "
         "other member when most of the campaign has that."},
    [SIGNAL_BURST] = {"burst", write_burst,
                      "In a campaign with a burst of first uploads; full weight at a hundred times "
                      "the expected number, if there are 128 uploads (see `campaign`); half of it "
                      "for who came at another time."},
    [SIGNAL_MANY_PEOPLE] =
        {"many-people", write_many_people,
         "In a campaign of several addresses or accounts, by the logarithm; full "
         "weight from 16 on. Nothing when everybody has one project and names have a word in "
         "common (a course) or it holds code (a fashion)."},
    [SIGNAL_EMPTY_DOMAIN] =
        {"empty-domain", write_empty_domain,
         "An address at a domain of whose projects 19 in 20 at least are empty (q < 0.001)."},
    [SIGNAL_DISPOSABLE_DOMAIN] = {"disposable-domain", write_disposable,
                                  "An address at a provider of throw-away mailboxes."},
    [SIGNAL_WORDING] = {"wording", write_wording,
                        "The summary has words of datasets/placeholder-words.txt."},
    [SIGNAL_HIGH_VERSION] =
        {"high-version", write_high_version,
         "A first version number that outbids others: 90 to 1900, or more than 2100."},
    [SIGNAL_SINGLE_RELEASE] = {"single-release", write_single_release, "One version only."},
    [SIGNAL_NO_LINK] = {"no-link", write_no_link, "Metadata without a home page or repository."},
    [SIGNAL_DEPENDENTS] = {"dependents", write_dependents,
                           "Projects outside of its campaign require it; full weight from 3 on."},
    [SIGNAL_AGE] = {"age", write_age,
                    "Time between first and last upload; full weight from one year on."},
    [SIGNAL_REAL_CODE] = {"real-code", write_real_code,
                          "Code, data or compiled modules in any release; a sixth of the weight "
                          "when the campaign shares them."},
    [SIGNAL_RELEASES] = {"releases", write_releases,
                         "More than two versions; full weight from 6 on."},
    [SIGNAL_LINK] =
        {"link", write_link,
         "A home page or repository that only projects of the same people link to; a quarter of "
         "the weight unless they have an established project, as anyone can write a link."},
    [SIGNAL_OWN_BRAND] =
        {"own-brand", write_own_brand,
         "The name has the word of its people's own domain, the name of their account, or the "
         "first word of an established project of theirs."},
    [SIGNAL_OWN_NAME] = {"own-name", write_own_name,
                         "The name has the letters before the @ of an address of its people, five "
                         "at least, and more: learners are told to name packages so."},
    [SIGNAL_ONE_ORGANISATION] =
        {"one-organisation", write_one_organisation,
         "Four in five projects of the campaign that have an address share one domain that is no "
         "mail provider's, and either there are nearly as many people as projects, as in a class "
         "or "
         "a company, or the domain has other projects with code or data."},
    [SIGNAL_NAME_FAMILY] = {"name-family", write_name_family,
                            "Four in five names of the campaign have one word."},
    [SIGNAL_KNOWN_PEOPLE] =
        {"known-people", write_known_people,
         "Its people have established projects: with code, data or compiled modules, and required "
         "by others or released three times; full weight from 3 on, half for a domain only."},
};

const char *signal_name(enum signal signal) {
    return rows[signal].name;
}

const char *signal_meaning(enum signal signal) {
    return rows[signal].meaning;
}

void finding_write(const struct finding *finding, struct buffer *out) {
    rows[finding->signal].write(finding, out);
}
