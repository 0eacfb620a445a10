/*
 * A Neural Sampling Machine in integers: binary stochastic neurons, sampled pass by pass. C99 without allocation, without
 * libm and without floating point. network.h and network.c hold the network.
 *
 * With NSM_SYNAPSES defined, every synapse draws its own noise: a random bit masks its weight. Many more random bits, and
 * additions in place of the table.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef NSM_H
#define NSM_H

#include <stdint.h>

#include "network.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Kinds of layers. */
enum { NSM_SPIKES, NSM_PIXELS, NSM_SIGN, NSM_SUM, NSM_READOUT };

/*
 * A layer. Weights are [units][rows][columns][channels], a byte each; or, of 4 or 2 bits, `packed` in planes of bits,
 * [units][bits][words]: bit j % 32 of word j / 32 of plane p is bit p of weight j of a unit, plus 8 of 4 bits and plus 1 of 2.
 * The bias of layers on spikes is that for bytes 0, 1 and 2, which stand for -1, 0 and +1, and with packed weights that for
 * bits 0 and 1 of twice the weight; at each of several borders of a padded image the constants differ.
 */
typedef struct {
    uint8_t type;
    uint8_t root_bits; /* of NSM_PIXELS: bits of the norm after the point */
    uint8_t bits;      /* of a weight: 8, 4 or 2 */
    uint16_t pool, stride, padding;
    uint32_t channels, height, width; /* of what enters */
    uint32_t rows, columns;           /* of a window; of an NSM_SUM, of what is added */
    uint32_t units, down, across;     /* units and locations before pooling */
    const int8_t *weight;   /* or null */
    const uint32_t *packed; /* or null */
    const int32_t *bias;    /* [borders][units] */
    const uint16_t *factor; /* [borders][units] */
    const uint8_t *shift;   /* [borders][units] */
    const uint16_t *border; /* [down][across], or null where there is one border */
    const int32_t *gain;    /* of NSM_PIXELS, [units] */
#ifdef NSM_SYNAPSES
    const int32_t *mask, *offset, *drive; /* [units] */
#endif
} nsm_layer;

#ifdef NSM_SYNAPSES
/* Another name, so that files compiled with and without NSM_SYNAPSES do not link. */
#define nsm_layers nsm_layers_of_synapses
#endif
extern const nsm_layer nsm_layers[NSM_LAYERS];

/* Integers of pixel values, [channels][256]. */
extern const int16_t nsm_pixel_values[NSM_CHANNELS][256];

/* Answer of several passes. Probabilities are in units of 2^-24. */
typedef struct {
    int label;
    uint32_t probabilities[NSM_CLASSES];
    uint32_t entropy; /* of the mean probabilities, in units of 2^-16 nats */
} nsm_answer;

/*
 * Source of random bits, weak: define a function of this name to use a generator of the hardware. The default is
 * xoshiro128**, seeded by nsm_seed.
 */
uint32_t nsm_random(void);

/* Seeds the default source, and forgets bits that are left of another. */
void nsm_seed(uint32_t seed);

/* Computes what all passes of an image share. pixels: 0 to 255, [channels][height][width]. */
void nsm_image(const uint8_t *pixels);

/* One pass of the image: logits in units of 2^-10 octaves. */
void nsm_pass(int32_t *logits);

/* Probabilities of logits, in units of 2^-24. */
void nsm_softmax(const int32_t *logits, uint32_t *probabilities);

/* Answer to an image by the mean of 1 to 65535 passes. */
nsm_answer nsm_classify(const uint8_t *pixels, uint16_t passes);

#ifdef __cplusplus
}
#endif

#endif
