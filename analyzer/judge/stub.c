/* stub: TEMPORARY stand-in for signal.c, campaigns.c and judge.c: names only. */
#include "judge/judge.h"

const char *category_name(enum category category) {
    static const char *const names[] = {"other", "name-squat", "placeholder", "spam",
                                        "dependency-confusion"};
    return names[category];
}

const char *tier_name(enum tier tier) {
    static const char *const names[] = {"", "review", "high"};
    return names[tier];
}

const char *signal_name(enum signal signal) {
    static const char *const names[SIGNALS] = {"empty",
                                               "named-after-command",
                                               "command-and-affix",
                                               "named-after-module",
                                               "shared-payload",
                                               "similar-payload",
                                               "shared-metadata",
                                               "burst",
                                               "campaign",
                                               "campaign-names",
                                               "many-people",
                                               "domain-lift",
                                               "wording",
                                               "high-version",
                                               "single-release",
                                               "no-link",
                                               "dependents",
                                               "age",
                                               "real-code",
                                               "releases",
                                               "link",
                                               "own-brand",
                                               "known-people"};
    return names[signal];
}

const char *signal_meaning(enum signal signal) {
    return signal_name(signal);
}

void finding_write(const struct finding *finding, struct buffer *out) {
    buffer_add_text(out, signal_name(finding->signal));
    buffer_add_byte(out, ' ');
    buffer_add(out, finding->subject);
}
