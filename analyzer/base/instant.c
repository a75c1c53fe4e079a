/* instant: see instant.h. Calendar after Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms" (days from civil and back). */
#include "base/instant.h"

#include "base/text.h"

#include <time.h>

static int64_t days_from_civil(int64_t year, unsigned month, unsigned day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void civil_from_days(int64_t days, int *year, int *month, int *day) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted + (shifted < 10 ? 3 : -9));
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

/* Takes exactly `digits` digits off the front. */
static bool take_number(struct span *s, size_t digits, unsigned *value) {
    uint64_t number = 0;
    if (s->len < digits || !text_to_u64(span_slice(*s, 0, digits), &number))
        return false;
    *value = (unsigned)number;
    *s = span_from(*s, digits);
    return true;
}

static bool take_byte(struct span *s, const char *accepted) {
    if (s->len == 0 || s->at[0] == 0 || strchr(accepted, s->at[0]) == NULL)
        return false;
    *s = span_from(*s, 1);
    return true;
}

/* "Z", "+hh:mm" or nothing; *seconds to subtract. */
static bool take_offset(struct span *s, int64_t *seconds) {
    *seconds = 0;
    if (s->len == 0 || take_byte(s, "Zz"))
        return s->len == 0;
    bool minus = s->at[0] == '-';
    unsigned hours = 0;
    unsigned minutes = 0;
    if (!take_byte(s, "+-") || !take_number(s, 2, &hours) || !take_byte(s, ":") ||
        !take_number(s, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *seconds = (int64_t)(hours * 3600 + minutes * 60) * (minus ? -1 : 1);
    return s->len == 0;
}

static unsigned days_in_month(unsigned year, unsigned month) {
    static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

bool instant_parse(struct span text, instant *when) {
    struct span s = span_trim(text);
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!take_number(&s, 4, &year) || !take_byte(&s, "-") || !take_number(&s, 2, &month) ||
        !take_byte(&s, "-") || !take_number(&s, 2, &day) || !take_byte(&s, "Tt ") ||
        !take_number(&s, 2, &hour) || !take_byte(&s, ":") || !take_number(&s, 2, &minute) ||
        !take_byte(&s, ":") || !take_number(&s, 2, &second))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) || hour > 23 ||
        minute > 59 || second > 60)
        return false;
    int64_t micros = 0;
    if (take_byte(&s, ".")) {
        int64_t unit = 100000;
        if (s.len == 0 || !ascii_is_digit(s.at[0]))
            return false;
        for (; s.len > 0 && ascii_is_digit(s.at[0]); s = span_from(s, 1), unit /= 10)
            micros += unit * (s.at[0] - '0');
    }
    int64_t offset_s = 0;
    if (!take_offset(&s, &offset_s))
        return false;
    int64_t seconds = days_from_civil(year, month, day) * 86400 + (int64_t)hour * 3600 +
                      (int64_t)minute * 60 + (int64_t)second - offset_s;
    /* An offset or a leap second may leave the years that four digits can write. */
    if (seconds < days_from_civil(0, 1, 1) * 86400 ||
        seconds >= days_from_civil(10000, 1, 1) * 86400)
        return false;
    *when = seconds * INSTANT_SECOND + micros;
    return true;
}

instant instant_day(instant when) {
    if (when == INSTANT_UNKNOWN)
        return when;
    int64_t rest = when % INSTANT_DAY;
    return when - (rest < 0 ? rest + INSTANT_DAY : rest);
}

/* Appends a separator, unless NUL, and a number with leading zeros; reports write millions. */
static void add_digits(struct buffer *out, char separator, int number, size_t digits) {
    if (!buffer_reserve(out, digits + 1))
        return;
    if (separator != '\0')
        out->at[out->len++] = (unsigned char)separator;
    for (size_t i = digits; i > 0; i--, number /= 10)
        out->at[out->len + i - 1] = (unsigned char)('0' + number % 10);
    out->len += digits;
}

void instant_add_day(struct buffer *out, instant when) {
    if (when == INSTANT_UNKNOWN)
        return;
    int year = 0, month = 0, day = 0;
    civil_from_days(instant_day(when) / INSTANT_DAY, &year, &month, &day);
    if (year < 0 || year > 9999)
        buffer_printf(out, "%04d", year);
    else
        add_digits(out, '\0', year, 4);
    add_digits(out, '-', month, 2);
    add_digits(out, '-', day, 2);
}

void instant_add(struct buffer *out, instant when) {
    if (when == INSTANT_UNKNOWN)
        return;
    int64_t rest = when - instant_day(when);
    int seconds = (int)(rest / INSTANT_SECOND);
    int micros = (int)(rest % INSTANT_SECOND);
    instant_add_day(out, when);
    add_digits(out, 'T', seconds / 3600, 2);
    add_digits(out, ':', seconds / 60 % 60, 2);
    add_digits(out, ':', seconds % 60, 2);
    if (micros != 0)
        add_digits(out, '.', micros, 6);
    buffer_add_byte(out, 'Z');
}

instant instant_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (instant)now.tv_sec * INSTANT_SECOND + now.tv_nsec / 1000;
}

int64_t monotonic_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
