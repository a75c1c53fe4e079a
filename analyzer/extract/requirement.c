/* requirement: see requirement.h. */
#include "extract/requirement.h"

#include "base/limits.h"
#include "base/text.h"
#include "extract/pytext.h"
#include "mirror/name.h"

static bool is_name_byte(unsigned char c) {
    return ascii_is_alnum(c) || c == '.' || c == '_' || c == '-';
}

struct span requirement_name(struct span requirement) {
    struct span text = pytext_strip(requirement);
    size_t end = 0;
    while (end < text.len && is_name_byte(text.at[end]))
        end++;
    struct span name = span_slice(text, 0, end);
    while (name.len > 0 && !ascii_is_alnum(name.at[name.len - 1]))
        name.len--;
    if (name.len == 0 || !ascii_is_alnum(name.at[0]))
        return SPAN_EMPTY;
    struct span after = pytext_lstrip(span_from(text, end));
    if (after.len > 0 && (after.at[0] >= 0x80 || strchr("[(<>=!~;@,#", after.at[0]) == NULL))
        return SPAN_EMPTY;
    return name;
}

bool requirement_add_project(struct arena *arena, struct span requirement, struct span self,
                             struct span_list *names) {
    struct span name = requirement_name(requirement);
    if (name.len == 0)
        return true;
    struct span normalized;
    if (!project_normalize(arena, name, &normalized))
        return false;
    if (span_equal(normalized, self) || names->count >= REQUIREMENTS_MAX)
        return true;
    return span_list_add(names, arena, normalized);
}

bool requires_txt_read(struct arena *arena, struct span text, struct span_list *requirements) {
    struct span rest = text;
    struct span line;
    while (pytext_next_line(&rest, &line)) {
        line = pytext_strip(line);
        bool section = line.len > 1 && line.at[0] == '[' && line.at[line.len - 1] == ']';
        if (line.len == 0 || section)
            continue;
        if (requirements->count < REQUIREMENTS_MAX && !span_list_add(requirements, arena, line))
            return false;
    }
    return true;
}
