/*
 * sandbox: what the examiner gives up before it reads the first hostile byte:
 * new privileges, root's powers but reading (capabilities), writing and opening anything outside
 * the mirror (Landlock), all system calls but a short list (seccomp), memory beyond a bound
 * (rlimits).
 */
#ifndef WINNOW_ENGINE_SANDBOX_H
#define WINNOW_ENGINE_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

/* The layers in force; goes into run.json. */
struct sandbox_layers {
    bool no_new_privs;
    bool capabilities; /* none left but CAP_DAC_READ_SEARCH */
    bool rlimits;
    bool seccomp;
    int landlock_abi; /* 0: no Landlock */
};

/*
 * Puts the calling process (one thread so far) into the sandbox for good. Files below
 * `root_fd` stay readable. `memory_bytes_max` bounds the address space. Layers that the kernel
 * lacks are left out; *layers says which are in force. False when memory is out: then there is no
 * going on.
 */
bool sandbox_enter(int root_fd, uint64_t memory_bytes_max, struct sandbox_layers *layers);

#endif
