/*
 * Passes of the test vectors on a Cortex-M: compares the logits, and counts the instructions of a pass by SysTick. QEMU's
 * -icount gives every instruction the same time.
 */
#include <stdint.h>
#include <stdio.h>

#include "nsm.h"
#include "vectors.h"

#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)

static uint32_t wraps;

/* Ticks since the counter was started; called more often than it wraps. */
static uint32_t now(void) {
    static uint32_t last;
    const uint32_t ticks = 0xFFFFFFu - SYST_CVR;
    if (SYST_CSR & 0x10000u) wraps++;
    last = ticks;
    return (wraps << 24) + last;
}

int main(void) {
    int wrong = 0;
    uint32_t image = 0, pass = 0;
    SYST_RVR = 0xFFFFFFu;
    SYST_CVR = 0;
    SYST_CSR = 5;
    nsm_seed(NSM_VECTOR_SEED);
    for (int k = 0; k < NSM_VECTOR_IMAGES; k++) {
        const uint32_t start = now();
        nsm_image(nsm_vector_images[k]);
        image += now() - start;
        for (int j = 0; j < NSM_VECTOR_PASSES; j++) {
            int32_t logits[NSM_CLASSES];
            const uint32_t begun = now();
            nsm_pass(logits);
            pass += now() - begun;
            for (int c = 0; c < NSM_CLASSES; c++) wrong += logits[c] != nsm_vector_logits[k][j][c];
        }
    }
    printf("{\"wrong\":%d,\"ticksOfImage\":%lu,\"ticksOfPass\":%lu}\n", wrong,
           (unsigned long)(image / NSM_VECTOR_IMAGES),
           (unsigned long)(pass / (NSM_VECTOR_IMAGES * NSM_VECTOR_PASSES)));
    return wrong != 0;
}
