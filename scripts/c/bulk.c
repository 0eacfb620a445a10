/*
 * Logits of passes of the images on standard input, as int32, on standard output; microseconds of processor time a pass on
 * standard error.
 */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "nsm.h"

int main(int count, char **words) {
    static uint8_t pixels[NSM_CHANNELS * NSM_HEIGHT * NSM_WIDTH];
    int32_t logits[NSM_CLASSES];
    struct timespec start, end;
    long passes = 0;
    double seconds = 0;
    if (count != 3) return 2;
    nsm_seed((uint32_t)atol(words[2]));
    while (fread(pixels, 1, sizeof pixels, stdin) == sizeof pixels) {
        nsm_image(pixels);
        for (long pass = 0; pass < atol(words[1]); pass++) {
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
            nsm_pass(logits);
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
            seconds += (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
            passes++;
            fwrite(logits, sizeof logits[0], NSM_CLASSES, stdout);
        }
    }
    fprintf(stderr, "%.2f\n", 1e6 * seconds / (double)passes);
    return 0;
}
