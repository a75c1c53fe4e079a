/*
 * extract_anomalies: every oddity that extract/ reports, as one word with its
 * meaning. The report's data dictionary is made from this table.
 */
#ifndef WINNOW_EXTRACT_ANOMALIES_H
#define WINNOW_EXTRACT_ANOMALIES_H

#include "unpack/anomalies.h"

extern const struct anomaly_meaning extract_anomalies[];
extern const size_t extract_anomaly_count;

#endif
