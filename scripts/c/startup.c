/* Start of a program on a Cortex-M in QEMU: vectors, data, semihosting by newlib's rdimon. */
#include <stdint.h>

extern uint32_t stack_top;
extern uint32_t bss_start, bss_end;
extern void initialise_monitor_handles(void);
extern int main(void);
extern void _exit(int) __attribute__((noreturn));

void reset(void);

static void hang(void) {
    for (;;) {
    }
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &stack_top, (const void *)reset, (const void *)hang, (const void *)hang,
    (const void *)hang, (const void *)hang, (const void *)hang,
};

void reset(void) {
    /* Coprocessors 10 and 11: the floating-point registers, which newlib's printf saves. */
    *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20;
    for (uint32_t *word = &bss_start; word < &bss_end; word++) *word = 0;
    initialise_monitor_handles();
    _exit(main());
}
