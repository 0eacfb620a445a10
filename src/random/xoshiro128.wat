;; The loops of xoshiro128.ts and fill.ts on four lanes at a time; kernel.ts says what they compute and tests
;; hold them equal to it. scripts/generate-random-kernel.sh assembles this file into xoshiro128-wasm.ts.
;; Memory: 64 bytes of state (words s0, s1, s2, s3 of four lanes each), then the numbers, from 64 to $end.
(module
  (memory (export "memory") 1)

  (func (export "generate") (param $end i32)
    (local $at i32) (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128) (local $t v128)
    (local.set $at (i32.const 64))
    (local.set $s0 (v128.load offset=0 (i32.const 0)))
    (local.set $s1 (v128.load offset=16 (i32.const 0)))
    (local.set $s2 (v128.load offset=32 (i32.const 0)))
    (local.set $s3 (v128.load offset=48 (i32.const 0)))
    (loop $next
      (v128.store (local.get $at) (i32x4.add (local.get $s0) (local.get $s3)))
      (local.set $t (i32x4.shl (local.get $s1) (i32.const 9)))
      (local.set $s2 (v128.xor (local.get $s2) (local.get $s0)))
      (local.set $s3 (v128.xor (local.get $s3) (local.get $s1)))
      (local.set $s1 (v128.xor (local.get $s1) (local.get $s2)))
      (local.set $s0 (v128.xor (local.get $s0) (local.get $s3)))
      (local.set $s2 (v128.xor (local.get $s2) (local.get $t)))
      (local.set $s3 (v128.or (i32x4.shl (local.get $s3) (i32.const 11))
                              (i32x4.shr_u (local.get $s3) (i32.const 21))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (v128.store offset=0 (i32.const 0) (local.get $s0))
    (v128.store offset=16 (i32.const 0) (local.get $s1))
    (v128.store offset=32 (i32.const 0) (local.get $s2))
    (v128.store offset=48 (i32.const 0) (local.get $s3)))

  ;; x becomes ((x >> 7) | 1) 2^-24
  (func (export "uniform") (param $end i32)
    (local $at i32)
    (local.set $at (i32.const 64))
    (loop $next
      (v128.store (local.get $at)
        (f32x4.mul (f32x4.splat (f32.const 0x1p-24))
          (f32x4.convert_i32x4_s
            (v128.or (i32x4.splat (i32.const 1))
              (i32x4.shr_s (v128.load (local.get $at)) (i32.const 7))))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))

  ;; x becomes 1 if x < $threshold, else 0; both unsigned
  (func (export "bernoulli") (param $end i32) (param $threshold i32)
    (local $at i32)
    (local.set $at (i32.const 64))
    (loop $next
      (v128.store (local.get $at)
        (v128.and (f32x4.splat (f32.const 1))
          (i32x4.lt_u (v128.load (local.get $at)) (i32x4.splat (local.get $threshold)))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))))
