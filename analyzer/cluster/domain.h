/*
 * domain: from an e-mail address to the registrable domain (public suffix list,
 * libpsl) and its type. What is a mail provider comes from two lists (word_list.h). Read-only after
 * opening: threads share it.
 */
#ifndef WINNOW_CLUSTER_DOMAIN_H
#define WINNOW_CLUSTER_DOMAIN_H

#include "cluster/word_list.h"

enum domain_type { DOMAIN_OWN, DOMAIN_FREE, DOMAIN_DISPOSABLE };

/* "own", "free", "disposable". */
const char *domain_type_name(enum domain_type type);

struct domain_rules;

/* NULL after a logged message: memory is out, or a list that is there cannot be read. */
struct domain_rules *domain_rules_open(void);
void domain_rules_close(struct domain_rules *rules);

/*
 * Appends the registrable domain of an address to `domain`: what follows the last "@", lower case,
 * IDN in ASCII form (IDNA 2008 with the mappings of UTS 46). False, and nothing appended, for an
 * address literal or IP address, a name without a dot, what is no host name, and a bare public
 * suffix. Two decisions: a suffix that is only in the list's private section ("us.com") does take
 * mail and counts as a domain; a top-level domain nobody has heard of is a suffix too, as the
 * list's default rule says.
 */
bool domain_of_address(const struct domain_rules *rules, struct span address,
                       struct buffer *domain);

/* `domain` as domain_of_address gives it. A domain on both lists is disposable. */
enum domain_type domain_type_of(const struct domain_rules *rules, struct span domain);

/* The lists in force, by number. */
size_t domain_list_count(void);
const struct word_list *domain_list(const struct domain_rules *rules, size_t index);

#endif
