/*
 * signature: hashes that are equal for copies of one template and different
 * for what does different things, and the sketches of what was hashed. See DESIGN,
 * "Payload kinds", mask.h and sketch.h.
 */
#ifndef WINNOW_PAYLOAD_SIGNATURE_H
#define WINNOW_PAYLOAD_SIGNATURE_H

#include "payload/payload_tree.h"

/* Above this, a member is hashed by its bytes as they are: masking is for what people write by
 * hand. */
#define MASKED_MEMBER_BYTES_MAX (UINT64_C(1) << 20)
/* Above this, the rest of a payload is hashed by (size, crc32), so that no archive costs many
 * seconds. */
#define MASKED_PAYLOAD_BYTES_MAX (UINT64_C(16) << 20)
/* A description is masked up to here, and the rest of it hashed as it stands: texts of campaigns
 * are short, honest manuals have 14 KB on average, and the sketch reads less than this. */
#define MASKED_DESCRIPTION_BYTES (UINT64_C(4) << 10)

/*
 * Fills artifact->payload: signature and sketch. `small`: hash contents, as far as they can be had,
 * else (path, size, crc32) of all, without a sketch. SKIP_ARTIFACT when a budget was crossed or
 * memory is out; the signature is zero then.
 */
enum outcome payload_signature(struct archive *archive, struct artifact *artifact,
                               const struct mask *mask, const struct payload_tree *tree,
                               bool small);

/* The same for the metadata: which fields there are, and the texts. False when memory is out. */
bool metadata_signature(struct artifact *artifact, const struct mask *mask);

#endif
