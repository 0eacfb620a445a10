/*
 * Compares passes with the test vectors: images, and the logits that the reference of the exporter gives for them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "nsm.h"
#include "vectors.h"

int main(void) {
    int wrong = 0;
    nsm_seed(NSM_VECTOR_SEED);
    for (int image = 0; image < NSM_VECTOR_IMAGES; image++) {
        nsm_image(nsm_vector_images[image]);
        for (int pass = 0; pass < NSM_VECTOR_PASSES; pass++) {
            int32_t logits[NSM_CLASSES];
            nsm_pass(logits);
            for (int k = 0; k < NSM_CLASSES; k++)
                wrong += logits[k] != nsm_vector_logits[image][pass][k];
        }
    }
    printf("%d images of %d passes: %s\n", NSM_VECTOR_IMAGES, NSM_VECTOR_PASSES,
           wrong == 0 ? "all logits are equal" : "logits DIFFER");
    return wrong == 0 ? 0 : 1;
}
