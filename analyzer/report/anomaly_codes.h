/* anomaly_codes: every word that anomalies.csv may hold in `code`, with its meaning, from all rooms
 * that report some. */
#ifndef WINNOW_REPORT_ANOMALY_CODES_H
#define WINNOW_REPORT_ANOMALY_CODES_H

#include "unpack/anomalies.h"

/* Calls `visit` for each, sorted by code; a code that two rooms report comes once. False when
 * memory is out. */
bool anomaly_codes_each(void (*visit)(void *context, const struct anomaly_meaning *meaning),
                        void *context);

#endif
