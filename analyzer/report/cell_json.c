/* cell_json: see cell_json.h. */
#include "report/cell_json.h"

#include "base/text.h"

/* What rows hold and JSON takes as it is: "-12.5", "1e-12". A file read back may hold anything. */
static bool is_number(struct span cell) {
    size_t digits = 0;
    for (size_t i = 0; i < cell.len; i++) {
        unsigned char c = cell.at[i];
        bool sign = (c == '-' && i == 0) || ((c == '-' || c == '+') && cell.at[i - 1] == 'e');
        bool mark = (c == '.' || c == 'e') && i > 0 && ascii_is_digit(cell.at[i - 1]);
        if (!ascii_is_digit(c) && !sign && !mark)
            return false;
        digits += ascii_is_digit(c);
    }
    bool zeros = cell.len > 1 && cell.at[0] == '0' && ascii_is_digit(cell.at[1]);
    return digits > 0 && ascii_is_digit(cell.at[cell.len - 1]) && !zeros;
}

static void add_list(struct json *json, struct span cell) {
    struct span item;
    json_open(json, '[');
    while (cell.len > 0 && span_next_piece(&cell, ' ', &item))
        json_string(json, item);
    json_close(json, ']');
}

void cell_add_json(struct json *json, enum column_type type, struct span cell) {
    bool number = type == COLUMN_COUNT || type == COLUMN_NUMBER;
    if (type == COLUMN_LIST)
        add_list(json, cell);
    else if (cell.len == 0 && type != COLUMN_TEXT)
        json_null(json);
    else if (number && is_number(cell))
        json_raw(json, cell);
    else
        json_string(json, cell);
}
