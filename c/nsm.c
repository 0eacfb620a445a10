/*
 * Kernels of a Neural Sampling Machine in integers. See nsm.h.
 *
 *     i = round((S + B) F 2^-s),   S = sum_j q_j z_j,   silent if r < Q(i)
 *
 * q: weights; B, F, s: constants of a unit, by which i is 40 v, v the argument of erf in the probability of firing; Q: table of
 * (1 - erf(v)) / 2 in units of 2^-15; r: 15 random bits. A pooled window is silent by the product over its units. Spikes -1
 * and +1 are bytes 0 and 2; padding is 1. Images are [height][width][channels].
 *
 * SPDX-License-Identifier: MIT
 */
#include "nsm.h"

#include <stddef.h>
#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#define NSM_WEAK __attribute__((weak))
#else
#define NSM_WEAK
#endif

/* ---- Tables, made by the exporter: network.c ---- */

extern const uint16_t nsm_silence[256]; /* Q of i = -128 .. 127 */
extern const uint32_t nsm_powers[1024]; /* 2^23 2^(-f / 1024) */

/* ---- Static memory, NSM_MEMORY bytes of it in all ---- */

static uint8_t first_bytes[NSM_BYTES];   /* what enters a layer and what leaves it, in turns */
static uint8_t second_bytes[NSM_BYTES];
static int16_t image[NSM_PIXELS_PADDED]; /* integers of the pixels */
static uint32_t state[4] = {1u, 2u, 3u, 4u};
static uint32_t spare; /* bits that are left of a random word, and a mark above them */

/* ---- Random numbers ---- */

static uint32_t rotated(uint32_t x, int k) { return (x << k) | (x >> (32 - k)); }

/* xoshiro128**: Blackman & Vigna, ACM TOMS 47, 2021. */
NSM_WEAK uint32_t nsm_random(void) {
    const uint32_t result = rotated(state[1] * 5u, 7) * 9u;
    const uint32_t t = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = rotated(state[3], 11);
    return result;
}

/* Words of splitmix32, which are never all 0. */
void nsm_seed(uint32_t seed) {
    for (int k = 0; k < 4; k++) {
        seed += 0x9e3779b9u;
        uint32_t x = seed;
        x = (x ^ (x >> 16)) * 0x85ebca6bu;
        x = (x ^ (x >> 13)) * 0xc2b2ae35u;
        state[k] = x ^ (x >> 16);
    }
    spare = 0;
}

/* ---- Sums ---- */

static int32_t dot(const uint8_t *restrict z, const int8_t *restrict q, size_t count) {
    int32_t sum = 0;
    for (size_t k = 0; k < count; k++) sum += (int32_t)z[k] * (int32_t)q[k];
    return sum;
}

static size_t fan_in(const nsm_layer *layer) {
    return (size_t)layer->rows * layer->columns * layer->channels;
}

/* What is added to packed weights, so that they are at least 0. */
static int32_t zero_of(const nsm_layer *layer) { return layer->bits == 4 ? 8 : layer->bits == 2 ? 1 : 0; }

/* Words of a plane of a unit: one bit of each of its packed weights. */
static size_t words_of(const nsm_layer *layer) { return (fan_in(layer) + 31u) / 32u; }

/* floor(x / 2^s) of a negative x too. */
static int32_t shifted(int32_t x, int s) { return x >= 0 ? x >> s : ~(~x >> s); }

static int32_t scaled(int32_t sum, uint16_t factor, uint8_t shift) {
    const int32_t half = shift == 0 ? 0 : (int32_t)1 << (shift - 1);
    return shifted(sum * (int32_t)factor + half, shift);
}

/* Sum of a window of pixels; of its squares where `power` is not null. */
static int64_t sum_of_pixels(const nsm_layer *layer, size_t unit, size_t i, size_t j, uint64_t *power) {
    const size_t width = layer->width + 2u * layer->padding;
    const size_t run = (size_t)layer->columns * layer->channels;
    const int8_t *q = layer->weight + unit * fan_in(layer);
    int64_t sum = 0;
    for (size_t row = 0; row < layer->rows; row++) {
        const int16_t *from = image + ((i * layer->stride + row) * width + j * layer->stride) * layer->channels;
        for (size_t k = 0; k < run; k++) {
            const int64_t term = (int64_t)from[k] * (int64_t)*q++;
            sum += term;
            if (power != NULL) *power += (uint64_t)(term * term);
        }
    }
    return sum;
}

#ifndef NSM_SYNAPSES

/* ---- The unit law: potentials and silences ---- */

static uint16_t shared[NSM_SHARED];  /* silences of the first stochastic layer */
static uint8_t windows[NSM_WINDOWS]; /* the windows of a pooled unit */
static uint32_t packed[NSM_PACKED];  /* the same as bits */

/* 15 random bits: two numbers of each word, its upper half first. */
static uint32_t random15(void) {
    if (spare != 0) {
        const uint32_t found = spare & 0x7fffu;
        spare = 0;
        return found;
    }
    const uint32_t word = nsm_random();
    spare = 0x8000u | ((word >> 1) & 0x7fffu);
    return word >> 17;
}

/* Bytes of the window of the unit at a location, in one run. A window that is the whole input is there already. */
static const uint8_t *window_at(const nsm_layer *layer, const uint8_t *in, size_t i, size_t j, uint8_t *out) {
    const size_t width = layer->width + 2u * layer->padding;
    const size_t run = (size_t)layer->columns * layer->channels;
    if (layer->columns == width && layer->rows == layer->height + 2u * layer->padding) return in;
    const uint8_t *from = in + (i * layer->stride * width + j * layer->stride) * layer->channels;
    for (size_t row = 0; row < layer->rows; row++)
        memcpy(out + row * run, from + row * width * layer->channels, run);
    return out;
}

static int32_t clamped(int64_t i) { return i < -128 ? -128 : i > 127 ? 127 : (int32_t)i; }

static uint32_t silence_of(int32_t index) { return nsm_silence[index + 128]; }

/* Silence of a window of two parts that are independent. */
static uint32_t both(uint32_t a, uint32_t b) { return (a * (b + 1u)) >> 15; }

/* Spikes as bits, 32 in a word. Padding is 0, as -1 is: the bias is that of the weights that count. */
static void pack(const uint8_t *restrict z, size_t count, uint32_t *restrict out) {
    for (; count >= 32u; count -= 32u, z += 32) {
        uint32_t word = 0;
        for (int k = 0; k < 32; k++) word |= ((uint32_t)z[k] >> 1) << k;
        *out++ = word;
    }
    if (count == 0) return;
    *out = 0;
    for (size_t k = 0; k < count; k++) *out |= ((uint32_t)z[k] >> 1) << k;
}

#ifdef __AVX512VPOPCNTDQ__

/* The bits of a and twice those of b. */
static int32_t bits_of(uint32_t a, uint32_t b) { return __builtin_popcount(a) + 2 * __builtin_popcount(b); }

#else

/* The number of bits in each 4 bits of x. */
static uint32_t bits_in_fours(uint32_t x) {
    x -= (x >> 1) & 0x55555555u;
    return (x & 0x33333333u) + ((x >> 2) & 0x33333333u);
}

/* The bits of a and twice those of b. Compilers make vectors of it, which they cannot of most processors' instruction. */
static int32_t bits_of(uint32_t a, uint32_t b) {
    uint32_t sums = bits_in_fours(a) + 2u * bits_in_fours(b);
    sums = (sums & 0x0f0f0f0fu) + ((sums >> 4) & 0x0f0f0f0fu);
    return (int32_t)((sums * 0x01010101u) >> 24);
}

#endif

static int32_t bits_in(const uint32_t *z, size_t words) {
    int32_t sum = 0;
    for (size_t k = 0; k < words; k++) sum += bits_of(z[k], 0);
    return sum;
}

/* Sum of a unit's packed weights times bytes 0 and 2, which are the bits z; `ones` of them are set. */
static int32_t packed_sum(const nsm_layer *layer, size_t unit, const uint32_t *restrict z, int32_t ones) {
    const size_t words = words_of(layer);
    const uint32_t *restrict q = layer->packed + unit * layer->bits * words;
    int32_t sum = -zero_of(layer) * ones;
    if (layer->bits == 2)
        for (size_t k = 0; k < words; k++) sum += bits_of(z[k] & q[k], z[k] & q[words + k]);
    else
        for (size_t k = 0; k < words; k++)
            sum += bits_of(z[k] & q[k], z[k] & q[words + k]) +
                   4 * bits_of(z[k] & q[2u * words + k], z[k] & q[3u * words + k]);
    return 2 * sum;
}

/* Silences of all units at a pooled location of a layer on bytes. */
static void silences_of_bytes(const nsm_layer *layer, const uint8_t *in, size_t i, size_t j, uint16_t *out) {
    const size_t count = fan_in(layer);
    const size_t words = words_of(layer);
    const uint8_t *window[NSM_PLACES] = {NULL};
    size_t constants[NSM_PLACES] = {0};
    int32_t ones[NSM_PLACES] = {0};
    const size_t places = (size_t)layer->pool * layer->pool;
    for (size_t k = 0; k < places; k++) {
        const size_t y = i * layer->pool + k / layer->pool;
        const size_t x = j * layer->pool + k % layer->pool;
        window[k] = window_at(layer, in, y, x, windows + k * count);
        if (layer->packed != NULL) {
            pack(window[k], count, packed + k * words);
            ones[k] = bits_in(packed + k * words, words);
        }
        constants[k] = layer->border == NULL ? 0 : (size_t)layer->border[y * layer->across + x] * layer->units;
    }
    for (size_t unit = 0; unit < layer->units; unit++) {
        uint32_t silence = 0x7fffu;
        for (size_t k = 0; k < places; k++) {
            const size_t at = constants[k] + unit;
            const int32_t sum = layer->packed != NULL ? packed_sum(layer, unit, packed + k * words, ones[k])
                                                      : dot(window[k], layer->weight + unit * count, count);
            const int32_t index = clamped(scaled(sum + layer->bias[at], layer->factor[at], layer->shift[at]));
            silence = both(silence, silence_of(index));
        }
        out[unit] = (uint16_t)silence;
    }
}

/* ---- Layers on pixels, once an image ---- */

/* Largest whole number whose square is at most x. */
static uint32_t root(uint64_t x) {
    uint64_t found = 0;
    for (uint64_t bit = (uint64_t)1 << 62; bit != 0; bit >>= 2) {
        if (x >= found + bit) {
            x -= found + bit;
            found = (found >> 1) + bit;
        } else {
            found >>= 1;
        }
    }
    return (uint32_t)found;
}

/* i = floor((2 G (S + B) + R) / (2 R)), R = 2^(8 - k) floor(sqrt(4^k power)). */
static int32_t index_of_pixels(const nsm_layer *layer, size_t unit, size_t i, size_t j) {
    uint64_t power = 0;
    const int64_t sum = sum_of_pixels(layer, unit, i, j, &power);
    const int64_t norm = (int64_t)root(power << (2 * layer->root_bits)) << (8 - layer->root_bits);
    const int64_t mean = (int64_t)layer->gain[unit] * (sum + layer->bias[unit]);
    if (norm == 0) return mean >= 0 ? 127 : -128;
    const int64_t above = 2 * mean + norm;
    const int64_t below = 2 * norm;
    return clamped(above >= 0 ? above / below : -((below - 1 - above) / below));
}

static void silences_of_pixels(const nsm_layer *layer, size_t i, size_t j, uint16_t *out) {
    for (size_t unit = 0; unit < layer->units; unit++) {
        uint32_t silence = 0x7fffu;
        for (size_t k = 0; k < (size_t)layer->pool * layer->pool; k++) {
            const size_t y = i * layer->pool + k / layer->pool;
            const size_t x = j * layer->pool + k % layer->pool;
            silence = both(silence, silence_of(index_of_pixels(layer, unit, y, x)));
        }
        out[unit] = (uint16_t)silence;
    }
}

/* Draws the spikes at a location from their silences. */
static void draw(const uint16_t *silences, size_t units, uint8_t *out) {
    for (size_t unit = 0; unit < units; unit++) out[unit] = random15() < silences[unit] ? 0u : 2u;
}

#endif

/* ---- The synapse law: K M + A S + C >= 0, M the sum of the weights that a random bit lets pass ---- */

#ifdef NSM_SYNAPSES

/* Input of a tap of a window at (y, x), in bytes or in pixels. */
static int32_t input_of(const nsm_layer *layer, const uint8_t *in, size_t y, size_t x, size_t tap) {
    const size_t width = layer->width + 2u * layer->padding;
    const size_t run = (size_t)layer->columns * layer->channels;
    const size_t row = y * layer->stride + tap / run;
    const size_t at = (row * width + x * layer->stride) * layer->channels + tap % run;
    return layer->type == NSM_PIXELS ? image[at] : (int32_t)in[at] - 1;
}

static int32_t weight_at(const nsm_layer *layer, size_t unit, size_t tap) {
    if (layer->packed == NULL) return layer->weight[unit * fan_in(layer) + tap];
    const size_t words = words_of(layer);
    const uint32_t *planes = layer->packed + unit * layer->bits * words;
    int32_t q = -zero_of(layer);
    for (size_t plane = 0; plane < layer->bits; plane++)
        q += (int32_t)((planes[plane * words + tap / 32u] >> (tap % 32u)) & 1u) * ((int32_t)1 << plane);
    return q;
}

static int fires(const nsm_layer *layer, const uint8_t *in, size_t unit, size_t y, size_t x) {
    const size_t count = fan_in(layer);
    int64_t masked = 0;
    int64_t sum = 0;
    uint32_t bits = 0;
    for (size_t tap = 0; tap < count; tap++) {
        const int32_t term = input_of(layer, in, y, x, tap) * weight_at(layer, unit, tap);
        if (tap % 32u == 0) bits = nsm_random();
        sum += term;
        if ((bits & 1u) != 0) masked += term;
        bits >>= 1;
    }
    return layer->mask[unit] * masked + layer->offset[unit] * sum + layer->drive[unit] >= 0;
}

/* Spikes of the units at a pooled location: a window fires if any of its units does. */
static void draw_synapses(const nsm_layer *layer, const uint8_t *in, size_t i, size_t j, uint8_t *out) {
    for (size_t unit = 0; unit < layer->units; unit++) {
        uint8_t spike = 0;
        for (size_t k = 0; k < (size_t)layer->pool * layer->pool; k++) {
            const size_t y = i * layer->pool + k / layer->pool;
            const size_t x = j * layer->pool + k % layer->pool;
            if (fires(layer, in, unit, y, x)) spike = 2;
        }
        out[unit] = spike;
    }
}

#endif

/* ---- Walking the layers ---- */

static size_t padding_after(size_t layer) {
    return layer + 1 < NSM_LAYERS ? nsm_layers[layer + 1].padding : 0u;
}

/* Place of the units of an output location, in an image with the padding of the next layer. */
static uint8_t *place(uint8_t *out, const nsm_layer *layer, size_t padding, size_t i, size_t j) {
    const size_t width = (size_t)(layer->across / layer->pool) + 2u * padding;
    return out + ((i + padding) * width + j + padding) * layer->units;
}

static void sign_layer(const nsm_layer *layer, uint8_t *out, size_t padding) {
    for (size_t i = 0; i < layer->down; i++)
        for (size_t j = 0; j < layer->across; j++)
            for (size_t unit = 0; unit < layer->units; unit++) {
                const int64_t sum = sum_of_pixels(layer, unit, i, j, NULL) + layer->bias[unit];
                place(out, layer, padding, i, j)[unit] = sum >= 0 ? 2u : 0u;
            }
}

static void sum_layer(const nsm_layer *layer, const uint8_t *in, uint8_t *out) {
    memset(out, 0, (size_t)layer->down * layer->across * layer->units);
    for (size_t y = 0; y < (size_t)layer->down * layer->rows; y++)
        for (size_t x = 0; x < (size_t)layer->across * layer->columns; x++)
            for (size_t unit = 0; unit < layer->units; unit++) {
                uint8_t *sum = out + ((y / layer->rows) * layer->across + x / layer->columns) * layer->units + unit;
                *sum = (uint8_t)(*sum + in[(y * layer->width + x) * layer->units + unit]);
            }
}

static void spike_layer(const nsm_layer *layer, const uint8_t *in, uint8_t *out, size_t padding) {
    for (size_t i = 0; i < (size_t)(layer->down / layer->pool); i++)
        for (size_t j = 0; j < (size_t)(layer->across / layer->pool); j++) {
#ifdef NSM_SYNAPSES
            draw_synapses(layer, in, i, j, place(out, layer, padding, i, j));
#else
            uint16_t silences[NSM_UNITS];
            silences_of_bytes(layer, in, i, j, silences);
            draw(silences, layer->units, place(out, layer, padding, i, j));
#endif
        }
}

static void readout(const nsm_layer *layer, const uint8_t *in, int32_t *logits) {
    for (size_t unit = 0; unit < layer->units; unit++) {
        const int32_t sum = dot(in, layer->weight + unit * fan_in(layer), fan_in(layer)) + layer->bias[unit];
        logits[unit] = scaled(sum, layer->factor[unit], layer->shift[unit]);
    }
}

/* Integers of the pixels, [height][width][channels], with the padding of the first layer. */
static void encode(const uint8_t *pixels) {
    const size_t padding = nsm_layers[0].padding;
    const size_t width = NSM_WIDTH + 2u * padding;
    memset(image, 0, sizeof image);
    for (size_t c = 0; c < NSM_CHANNELS; c++)
        for (size_t y = 0; y < NSM_HEIGHT; y++)
            for (size_t x = 0; x < NSM_WIDTH; x++)
                image[((y + padding) * width + x + padding) * NSM_CHANNELS + c] =
                    nsm_pixel_values[c][pixels[(c * NSM_HEIGHT + y) * NSM_WIDTH + x]];
}

static uint8_t *other(const uint8_t *bytes) { return bytes == first_bytes ? second_bytes : first_bytes; }

/* Bytes that enter the first stochastic layer: of the pixels, or of the sign neurons before it. */
static uint8_t *first_input(void) {
    uint8_t *in = first_bytes;
    /* Spikes as pixels: -1, 0 and +1 become 0, 1 and 2. */
    if (nsm_layers[0].type == NSM_SPIKES)
        for (size_t at = 0; at < NSM_PIXELS_PADDED; at++) in[at] = (uint8_t)(image[at] + 1);
    if (nsm_layers[0].type == NSM_SIGN) {
        memset(in, 1, NSM_BYTES);
        sign_layer(&nsm_layers[0], in, padding_after(0));
    }
    return in;
}

void nsm_image(const uint8_t *pixels) {
    encode(pixels);
#ifndef NSM_SYNAPSES
    const nsm_layer *layer = &nsm_layers[NSM_FIRST];
    const uint8_t *in = first_input();
    uint16_t *silences = shared;
    for (size_t i = 0; i < (size_t)(layer->down / layer->pool); i++)
        for (size_t j = 0; j < (size_t)(layer->across / layer->pool); j++, silences += layer->units) {
            if (layer->type == NSM_PIXELS) silences_of_pixels(layer, i, j, silences);
            else silences_of_bytes(layer, in, i, j, silences);
        }
#endif
}

/* Spikes of the first stochastic layer. */
static uint8_t *first_spikes(void) {
    const nsm_layer *layer = &nsm_layers[NSM_FIRST];
#ifdef NSM_SYNAPSES
    const uint8_t *in = first_input();
    uint8_t *out = other(in);
    memset(out, 1, NSM_BYTES);
    spike_layer(layer, in, out, padding_after(NSM_FIRST));
#else
    uint8_t *out = first_bytes;
    const uint16_t *silences = shared;
    memset(out, 1, NSM_BYTES);
    for (size_t i = 0; i < (size_t)(layer->down / layer->pool); i++)
        for (size_t j = 0; j < (size_t)(layer->across / layer->pool); j++, silences += layer->units)
            draw(silences, layer->units, place(out, layer, padding_after(NSM_FIRST), i, j));
#endif
    return out;
}

void nsm_pass(int32_t *logits) {
    uint8_t *in = first_spikes();
    for (size_t k = NSM_FIRST + 1; k < NSM_LAYERS; k++) {
        const nsm_layer *layer = &nsm_layers[k];
        uint8_t *out = other(in);
        if (layer->type == NSM_READOUT) {
            readout(layer, in, logits);
            return;
        }
        if (padding_after(k) > 0) memset(out, 1, NSM_BYTES);
        if (layer->type == NSM_SUM) sum_layer(layer, in, out);
        else spike_layer(layer, in, out, padding_after(k));
        in = out;
    }
}

/* ---- Probabilities ---- */

void nsm_softmax(const int32_t *logits, uint32_t *probabilities) {
    int32_t most = logits[0];
    uint64_t sum = 0;
    for (size_t k = 1; k < NSM_CLASSES; k++)
        if (logits[k] > most) most = logits[k];
    for (size_t k = 0; k < NSM_CLASSES; k++) {
        const uint32_t distance = (uint32_t)most - (uint32_t)logits[k];
        const uint32_t octaves = distance >> 10 > 24u ? 24u : distance >> 10;
        probabilities[k] = nsm_powers[distance & 1023u] >> octaves;
        sum += probabilities[k];
    }
    for (size_t k = 0; k < NSM_CLASSES; k++)
        probabilities[k] = (uint32_t)(((uint64_t)probabilities[k] << 24) / sum);
}

/* -log(p), p in units of 2^-24 and above 0, in units of 2^-16 nats: the logarithm to base 2 bit by bit, by squares. */
static uint64_t minus_log(uint32_t p) {
    uint32_t octaves = 0;
    uint64_t x = (uint64_t)p << 7;
    while (x < (uint64_t)1 << 31) {
        x <<= 1;
        octaves++;
    }
    uint32_t fraction = 0;
    for (int bit = 15; bit >= 0; bit--) {
        x = (x * x) >> 31;
        if (x >= (uint64_t)1 << 32) {
            x >>= 1;
            fraction |= (uint32_t)1 << bit;
        }
    }
    /* log(2) = 45426 / 65536 */
    return ((((uint64_t)octaves << 16) - fraction) * 45426u) >> 16;
}

nsm_answer nsm_classify(const uint8_t *pixels, uint16_t passes) {
    nsm_answer answer = {0};
    uint64_t sums[NSM_CLASSES] = {0};
    uint64_t entropy = 0;
    nsm_image(pixels);
    for (uint16_t pass = 0; pass < passes; pass++) {
        int32_t logits[NSM_CLASSES];
        uint32_t probabilities[NSM_CLASSES];
        nsm_pass(logits);
        nsm_softmax(logits, probabilities);
        for (size_t k = 0; k < NSM_CLASSES; k++) sums[k] += probabilities[k];
    }
    for (size_t k = 0; k < NSM_CLASSES; k++) {
        const uint32_t p = (uint32_t)(sums[k] / (passes == 0 ? 1u : passes));
        answer.probabilities[k] = p;
        if (sums[k] > sums[answer.label]) answer.label = (int)k;
        if (p > 0) entropy += p * minus_log(p);
    }
    answer.entropy = (uint32_t)(entropy >> 24);
    return answer;
}
