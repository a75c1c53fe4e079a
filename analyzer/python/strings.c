/*
 * strings: see strings.h. An f-string is read with a small stack of frames: a
 * string's frame is on top in its literal text, a field's frame in the
 * expression and the format of a replacement field:
 *
 *     f'a{b[f"c{d}"]:{e}>9}'       string ' > field > string " > field
 *                                  string ' > field (format) > field
 */
#include "python/strings.h"

#include "base/limits.h"
#include "base/text.h"

bool string_prefix_read(struct span word, struct string_prefix *prefix) {
    *prefix = (struct string_prefix){false, false, false};
    if (word.len > 2)
        return false;
    bool is_unicode = false;
    for (size_t i = 0; i < word.len; i++) {
        bool *flag = NULL;
        switch (ascii_lower(word.at[i])) {
        case 'r':
            flag = &prefix->is_raw;
            break;
        case 'b':
            flag = &prefix->is_bytes;
            break;
        case 'f':
        case 't':
            flag = &prefix->is_formatted;
            break;
        case 'u':
            flag = &is_unicode;
            break;
        default:
            return false;
        }
        if (*flag || (flag == &is_unicode && i > 0))
            return false;
        *flag = true;
    }
    return word.len < 2 || prefix->is_raw;
}

bool string_is_triple(struct span source, size_t quote) {
    const unsigned char *at = source.at + quote;
    return source.len - quote >= 3 && at[1] == at[0] && at[2] == at[0];
}

/* The place behind a backslash and what it escapes; \r\n is one character. */
static size_t skip_escape(struct span source, size_t backslash) {
    size_t next = backslash + 1;
    if (next >= source.len)
        return source.len;
    if (source.at[next] == '\r' && next + 1 < source.len && source.at[next + 1] == '\n')
        next++;
    return next + 1;
}

static size_t triple_string_end(struct span source, size_t quote, size_t *reached) {
    size_t at = quote + 3;
    while (at < source.len) {
        size_t close = at + span_find(span_from(source, at), source.at[quote]);
        while (at < close) { /* whatever is escaped before it, or is it */
            size_t plain = span_find(span_slice(source, at, close), '\\');
            at = at + plain < close ? skip_escape(source, at + plain) : close;
        }
        if (at == close && close < source.len && string_is_triple(source, close)) {
            *reached = close + 3;
            return close + 3;
        }
        at += at == close;
    }
    *reached = source.len;
    return 0;
}

size_t string_end(struct span source, size_t quote, size_t *reached) {
    if (string_is_triple(source, quote))
        return triple_string_end(source, quote, reached);
    unsigned char mark = source.at[quote];
    size_t at = quote + 1;
    while (at < source.len) {
        unsigned char c = source.at[at];
        if (c == mark) {
            *reached = at + 1;
            return at + 1;
        }
        if (c == '\n' || c == '\r')
            break;
        at = c == '\\' ? skip_escape(source, at) : at + 1;
    }
    *reached = at < source.len ? at : source.len;
    return 0;
}

struct frame {
    unsigned char quote; /* of the string, or of the string that the field is in */
    bool is_triple;
    bool is_raw;
    bool is_field;
    bool in_format;    /* a field behind its ':' */
    uint32_t brackets; /* open ones in a field's expression */
};

struct reader {
    struct span source;
    size_t at;
    unsigned depth;
    struct frame frames[NESTING_MAX];
};

static bool open_string(struct reader *reader, size_t quote, bool is_raw) {
    if (reader->depth == NESTING_MAX)
        return false;
    bool is_triple = string_is_triple(reader->source, quote);
    reader->frames[reader->depth++] =
        (struct frame){.quote = reader->source.at[quote], .is_triple = is_triple, .is_raw = is_raw};
    reader->at = quote + (is_triple ? 3 : 1);
    return true;
}

static bool open_field(struct reader *reader, const struct frame *around) {
    if (reader->depth == NESTING_MAX)
        return false;
    struct frame field = *around;
    field.is_field = true;
    field.in_format = false;
    field.brackets = 0;
    reader->frames[reader->depth++] = field;
    reader->at++;
    return true;
}

static unsigned char byte_at(const struct reader *reader, size_t at) {
    return at < reader->source.len ? reader->source.at[at] : 0;
}

/* A backslash in literal text: it escapes neither brace, and \N{NAME} is no field. */
static void read_backslash(struct reader *reader, const struct frame *frame) {
    unsigned char next = byte_at(reader, reader->at + 1);
    if (next == '{' || next == '}') {
        reader->at++;
        return;
    }
    bool is_named = next == 'N' && !frame->is_raw && byte_at(reader, reader->at + 2) == '{';
    reader->at = skip_escape(reader->source, reader->at);
    if (!is_named)
        return;
    size_t at = reader->at + 1;
    while (ascii_is_alnum(byte_at(reader, at)) || byte_at(reader, at) == ' ' ||
           byte_at(reader, at) == '-')
        at++;
    if (byte_at(reader, at) == '}')
        reader->at = at + 1;
}

static bool closes(const struct reader *reader, const struct frame *frame) {
    return byte_at(reader, reader->at) == frame->quote &&
           (!frame->is_triple || string_is_triple(reader->source, reader->at));
}

/* One step in literal text. False when the string cannot be. */
static bool read_text(struct reader *reader, const struct frame *frame) {
    unsigned char c = reader->source.at[reader->at];
    if (closes(reader, frame)) {
        reader->at += frame->is_triple ? 3 : 1;
        reader->depth--;
        return true;
    }
    if ((c == '\n' || c == '\r') && !frame->is_triple)
        return false;
    if (c == '{') {
        if (byte_at(reader, reader->at + 1) != '{')
            return open_field(reader, frame);
        reader->at += 2;
    } else if (c == '\\') {
        read_backslash(reader, frame);
    } else {
        reader->at++;
    }
    return true;
}

/* One step in the format of a field, behind the ':'. */
static bool read_format(struct reader *reader, struct frame *frame) {
    unsigned char c = reader->source.at[reader->at];
    if (closes(reader, frame))
        return false;
    if (c == '{')
        return open_field(reader, frame);
    if (c == '\\') {
        read_backslash(reader, frame);
        return true;
    }
    if (c == '}')
        reader->depth--;
    else if ((c == '\n' || c == '\r') && !frame->is_triple)
        frame->in_format = false; /* 3.12 goes on with the expression here */
    reader->at++;
    return true;
}

static bool read_nested_string(struct reader *reader, size_t quote, struct string_prefix prefix) {
    if (prefix.is_formatted)
        return open_string(reader, quote, prefix.is_raw);
    size_t end = string_end(reader->source, quote, &reader->at);
    return end != 0;
}

static bool is_word(unsigned char c) {
    return ascii_is_alnum(c) || c == '_' || c >= 0x80;
}

/* A name or number in an expression, or a string with a prefix. */
static bool read_word(struct reader *reader) {
    size_t end = reader->at;
    while (is_word(byte_at(reader, end)))
        end++;
    struct span word = span_slice(reader->source, reader->at, end);
    struct string_prefix prefix;
    unsigned char next = byte_at(reader, end);
    reader->at = end;
    if ((next == '\'' || next == '"') && string_prefix_read(word, &prefix))
        return read_nested_string(reader, end, prefix);
    return true;
}

/* One step in the expression of a field. */
static bool read_expression(struct reader *reader, struct frame *frame) {
    unsigned char c = reader->source.at[reader->at];
    switch (c) {
    case '\'':
    case '"':
        return read_nested_string(reader, reader->at, (struct string_prefix){false, false, false});
    case '#':
        while (reader->at < reader->source.len && byte_at(reader, reader->at) != '\n' &&
               byte_at(reader, reader->at) != '\r')
            reader->at++;
        return true;
    case '(':
    case '[':
    case '{':
        frame->brackets++;
        break;
    case ')':
    case ']':
        if (frame->brackets == 0)
            return false;
        frame->brackets--;
        break;
    case '}':
        if (frame->brackets == 0)
            reader->depth--;
        else
            frame->brackets--;
        break;
    case ':':
        frame->in_format = frame->brackets == 0;
        break;
    default:
        if (is_word(c))
            return read_word(reader);
    }
    reader->at++;
    return true;
}

size_t formatted_string_end(struct span source, size_t quote, bool is_raw, size_t *reached) {
    struct reader reader = {.source = source};
    bool possible = open_string(&reader, quote, is_raw);
    while (possible && reader.depth > 0 && reader.at < source.len) {
        struct frame *frame = &reader.frames[reader.depth - 1];
        if (!frame->is_field)
            possible = read_text(&reader, frame);
        else if (frame->in_format)
            possible = read_format(&reader, frame);
        else
            possible = read_expression(&reader, frame);
    }
    *reached = reader.at < source.len ? reader.at : source.len;
    return possible && reader.depth == 0 ? reader.at : 0;
}
