/*
 * requirement: the project that a requirement text asks for (PEP 508, and the
 * older "foo (>=1)"), and the requirements in an egg's requires.txt.
 */
#ifndef WINNOW_EXTRACT_REQUIREMENT_H
#define WINNOW_EXTRACT_REQUIREMENT_H

#include "base/list.h"

/* The project's name as written, a view; "" when the text does not start with one (a URL, an
 * option of pip, a comment). */
struct span requirement_name(struct span requirement);

/* Appends the normalised name to `names` unless it equals `self` (normalised). True also when there
 * was no name; false when memory is out. */
bool requirement_add_project(struct arena *arena, struct span requirement, struct span self,
                             struct span_list *names);

/*
 * Appends the requirement lines of a requires.txt, of all its sections ("[extra]",
 * "[extra:marker]",
 * "[:marker]"), stripped, as importlib.metadata counts them; at most REQUIREMENTS_MAX. False when
 * memory is out.
 */
bool requires_txt_read(struct arena *arena, struct span text, struct span_list *requirements);

#endif
