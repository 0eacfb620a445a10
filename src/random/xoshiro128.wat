;; The loops of xoshiro128.ts, fill.ts, normal.ts and correlated.ts on four lanes at a time; kernel.ts says what they
;; compute and tests hold them equal to it. scripts/generate-random-kernel.sh assembles this file into xoshiro128-wasm.ts.
;; Memory: 64 bytes of state (words s0, s1, s2, s3 of four lanes each), then the numbers, from 64 to $end, of at most 4096
;; bytes; values and sums, which only correlated numbers have, follow 4096 and 8192 bytes after the numbers.
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
      (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))

  ;; Each eight numbers become normal numbers, of the pairs (k, k + 4): normal.ts
  (func (export "normal") (param $end i32)
    (local $at i32) (local $a v128) (local $b v128) (local $e v128) (local $t v128) (local $t2 v128)
    (local $radius v128) (local $cos v128) (local $sin v128)
    (local.set $at (i32.const 64))
    (loop $next
      ;; the bits of U
      (local.set $a
        (f32x4.mul (f32x4.splat (f32.const 0x1p-24))
          (f32x4.convert_i32x4_s
            (v128.or (i32x4.splat (i32.const 1))
              (i32x4.shr_u (v128.load (local.get $at)) (i32.const 8))))))
      (local.set $b (v128.load offset=16 (local.get $at)))
      ;; U = 2^e m, m between sqrt(1/2) and sqrt(2); t = (m - 1) / (m + 1)
      (local.set $e
        (i32x4.shr_s (i32x4.sub (local.get $a) (i32x4.splat (i32.const 0x3f3504f3))) (i32.const 23)))
      (local.set $t
        (f32x4.sub (i32x4.sub (local.get $a) (i32x4.shl (local.get $e) (i32.const 23)))
          (f32x4.splat (f32.const 1))))
      (local.set $t
        (f32x4.div (local.get $t) (f32x4.add (local.get $t) (f32x4.splat (f32.const 2)))))
      (local.set $t2 (f32x4.mul (local.get $t) (local.get $t)))
      ;; sqrt(-ln U) = sqrt(-e ln 2 - 2 t (1 + t^2 / 3 + t^4 / 5 + t^6 / 7))
      (local.set $radius
        (f32x4.sqrt
          (f32x4.sub
            (f32x4.mul (f32x4.convert_i32x4_s (local.get $e)) (f32x4.splat (f32.const -0.6931471805599453)))
            (f32x4.mul (f32x4.add (local.get $t) (local.get $t))
              (f32x4.add (f32x4.splat (f32.const 1)) (f32x4.mul (local.get $t2)
                (f32x4.add (f32x4.splat (f32.const 0.3333333333333333)) (f32x4.mul (local.get $t2)
                  (f32x4.add (f32x4.splat (f32.const 0.2)) (f32x4.mul (local.get $t2)
                    (f32x4.splat (f32.const 0.14285714285714285))))))))))))
      ;; an angle between -pi/4 and pi/4, from 30 bits of b: its cosine and sine by their series
      (local.set $t
        (f32x4.mul (f32x4.splat (f32.const 3.6572951981930694e-10))
          (f32x4.convert_i32x4_s (i32x4.shl (local.get $b) (i32.const 2)))))
      (local.set $t2 (f32x4.mul (local.get $t) (local.get $t)))
      (local.set $cos
        (f32x4.add (f32x4.splat (f32.const 1)) (f32x4.mul (local.get $t2)
          (f32x4.add (f32x4.splat (f32.const -0.5)) (f32x4.mul (local.get $t2)
            (f32x4.add (f32x4.splat (f32.const 0.041666666666666664)) (f32x4.mul (local.get $t2)
              (f32x4.add (f32x4.splat (f32.const -0.001388888888888889)) (f32x4.mul (local.get $t2)
                (f32x4.splat (f32.const 0.0000248015873015873)))))))))))
      (local.set $sin
        (f32x4.mul (local.get $t)
          (f32x4.add (f32x4.splat (f32.const 1)) (f32x4.mul (local.get $t2)
            (f32x4.add (f32x4.splat (f32.const -0.16666666666666666)) (f32x4.mul (local.get $t2)
              (f32x4.add (f32x4.splat (f32.const 0.008333333333333333)) (f32x4.mul (local.get $t2)
                (f32x4.add (f32x4.splat (f32.const -0.0001984126984126984)) (f32x4.mul (local.get $t2)
                  (f32x4.splat (f32.const 0.0000027557319223985893))))))))))))
      ;; the two upper bits of b are the signs
      (v128.store (local.get $at)
        (v128.xor (v128.and (local.get $b) (i32x4.splat (i32.const 0x80000000)))
          (f32x4.mul (local.get $radius) (f32x4.sub (local.get $cos) (local.get $sin)))))
      (v128.store offset=16 (local.get $at)
        (v128.xor
          (v128.and (i32x4.shl (local.get $b) (i32.const 1)) (i32x4.splat (i32.const 0x80000000)))
          (f32x4.mul (local.get $radius) (f32x4.add (local.get $cos) (local.get $sin)))))
      (local.set $at (i32.add (local.get $at) (i32.const 32)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))

  ;; values become $r value + $s number, and are added to the sums
  (func (export "advance") (param $end i32) (param $r f32) (param $s f32)
    (local $at i32) (local $value v128)
    (local.set $at (i32.const 64))
    (loop $next
      (local.set $value
        (f32x4.add
          (f32x4.mul (f32x4.splat (local.get $r)) (v128.load offset=4096 (local.get $at)))
          (f32x4.mul (f32x4.splat (local.get $s)) (v128.load (local.get $at)))))
      (v128.store offset=4096 (local.get $at) (local.get $value))
      (v128.store offset=8192 (local.get $at)
        (f32x4.add (v128.load offset=8192 (local.get $at)) (local.get $value)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))

  ;; numbers become 2 Phi(sum) - 1, and sums 0: uniformOf of normal.ts
  (func (export "drain") (param $end i32)
    (local $at i32) (local $x v128) (local $z v128) (local $p v128)
    (local.set $at (i32.const 64))
    (loop $next
      (local.set $x (v128.load offset=8192 (local.get $at)))
      (v128.store offset=8192 (local.get $at) (f32x4.splat (f32.const 0)))
      (local.set $z (f32x4.mul (f32x4.abs (local.get $x)) (f32x4.splat (f32.const 0.7071067811865476))))
      (local.set $p
        (f32x4.add (f32x4.splat (f32.const 1)) (f32x4.mul (local.get $z)
          (f32x4.add (f32x4.splat (f32.const 0.0705230784)) (f32x4.mul (local.get $z)
            (f32x4.add (f32x4.splat (f32.const 0.0422820123)) (f32x4.mul (local.get $z)
              (f32x4.add (f32x4.splat (f32.const 0.0092705272)) (f32x4.mul (local.get $z)
                (f32x4.add (f32x4.splat (f32.const 0.0001520143)) (f32x4.mul (local.get $z)
                  (f32x4.add (f32x4.splat (f32.const 0.0002765672)) (f32x4.mul (local.get $z)
                    (f32x4.splat (f32.const 0.0000430638)))))))))))))))
      (local.set $p (f32x4.mul (local.get $p) (local.get $p)))
      (local.set $p (f32x4.mul (local.get $p) (local.get $p)))
      (local.set $p (f32x4.mul (local.get $p) (local.get $p)))
      (local.set $p (f32x4.mul (local.get $p) (local.get $p)))
      (v128.store (local.get $at)
        (v128.or (v128.and (local.get $x) (i32x4.splat (i32.const 0x80000000)))
          (f32x4.min (f32x4.splat (f32.const 0x1.fffffep-1))
            (f32x4.sub (f32x4.splat (f32.const 1))
              (f32x4.div (f32x4.splat (f32.const 1)) (local.get $p))))))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))))
