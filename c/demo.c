/*
 * Classifies images from standard input: raw pixels 0 to 255, [channels][height][width], one image after the other. Prints
 * a line for each: label, probabilities and entropy in nats.
 *
 *     ./demo [passes] [seed] < images
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>

#include "nsm.h"

enum { PIXELS = NSM_CHANNELS * NSM_HEIGHT * NSM_WIDTH };

static int number(const char *text, long least, long most, long *out) {
    char *end = NULL;
    *out = strtol(text, &end, 10);
    return end != text && *end == '\0' && *out >= least && *out <= most;
}

int main(int count, char **words) {
    static uint8_t pixels[PIXELS];
    long passes = 20;
    long seed = 1;
    if (count > 3 || (count > 1 && !number(words[1], 1, 65535, &passes)) ||
        (count > 2 && !number(words[2], 0, 2147483647L, &seed))) {
        fprintf(stderr, "usage: demo [passes, 1 to 65535] [seed] < images of %d bytes\n", (int)PIXELS);
        return 2;
    }
    nsm_seed((uint32_t)seed);
    size_t got = 0;
    while ((got = fread(pixels, 1, PIXELS, stdin)) == PIXELS) {
        const nsm_answer answer = nsm_classify(pixels, (uint16_t)passes);
        printf("%d ", answer.label);
        for (int k = 0; k < NSM_CLASSES; k++)
            printf(" %.4f", (double)answer.probabilities[k] / 16777216.0);
        printf("  %.4f\n", (double)answer.entropy / 65536.0);
    }
    if (got != 0) {
        fprintf(stderr, "demo: the input ends within an image: %d of %d bytes\n", (int)got, (int)PIXELS);
        return 1;
    }
    return 0;
}
