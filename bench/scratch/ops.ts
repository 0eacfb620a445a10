import { createEngine } from "../../src/runtime/node.ts";
import { lower } from "../../src/tensor/lower.ts";
import { apply, input, type Tensor, sizeOf } from "../../src/tensor/tensor.ts";
import { conv2d, convTranspose2d } from "../../src/tensor/convolution.ts";
import { reshape, transpose, slice, concat } from "../../src/tensor/layout.ts";
import { matmul, gemm } from "../../src/tensor/matmul.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { weightGradient } from "../../src/tensor/convolution-gradient.ts";
const e = createEngine({threads:2});
export const time = async (name: string, outs: Tensor[], flops=0, reps=40) => {
  const p = lower(Object.fromEntries(outs.map((o,i)=>[`o${i}`,o])));
  const f = await e.compile(p);
  const feeds = Object.fromEntries(Object.entries(p.inputs).map(([k,t])=>[k,new Float32Array(sizeOf(t.shape)).map((_,i)=>Math.sin(i*1.3+k.length))]));
  const into = Object.fromEntries(Object.entries(p.outputs).map(([k,t])=>[k,new Float32Array(sizeOf(t.shape))]));
  const ts:number[]=[]; for(let i=0;i<reps;i++){const t=performance.now(); await f.run(feeds,into); ts.push(performance.now()-t);} ts.sort((a,b)=>a-b);
  console.log(name.padEnd(44), "min",ts[0]!.toFixed(3),"med",ts[reps>>1]!.toFixed(3), flops?`${(flops/ts[0]!/1e6).toFixed(0)} GFLOP/s`:"");
};
const S2D=(x:Tensor,b:number)=>apply({name:"s2d",onnx:{operator:"SpaceToDepth",attributes:{blocksize:{int:b}}}},[x],[x.shape[0]!,x.shape[1]!*b*b,x.shape[2]!/b,x.shape[3]!/b]);
const D2S=(x:Tensor,b:number)=>apply({name:"d2s",onnx:{operator:"DepthToSpace",attributes:{blocksize:{int:b}}}},[x],[x.shape[0]!,x.shape[1]!/b/b,x.shape[2]!*b,x.shape[3]!*b]);
const n=10;
if (process.argv[2]==="layout") {
const v=input("v",[n,64,8,8]); const pl=input("p",[n,256,4,4]);
await time("noop",[slice(v,[0,0,0,0],[1,1,1,1])]);
await time("s2d",[S2D(v,2)]); await time("d2s",[D2S(pl,2)]);
await time("transpose 6d",[transpose(reshape(v,[n*64,4,2,4,2]),[2,4,0,1,3])]);
await time("strided slices",[0,1,2,3].map(k=>slice(v,[0,0,k>>1,k&1],[n,64,8,8],[1,1,2,2])));
await time("transpose gemm-like [n,64,64]->[64,n,64]",[transpose(v,[1,0,2,3])]);
}
if (process.argv[2]==="conv") {
for (const n of [5,10,20,50,100]) {
const x=input("x",[n,32,12,12]), w=input("w",[64,32,5,5]), g=input("g",[n,64,8,8]);
const fl=2*n*64*64*800;
await time(`conv fwd ${n}`,[conv2d(x,w)],fl);
await time(`convT ${n}`,[convTranspose2d(g,w,[12,12])],fl);
await time(`conv flipped ${n}`,[conv2d(g,input("wf",[32,64,5,5]),{pads:[4,4,4,4]})],fl);
await time(`wgrad ${n}`,[weightGradient(x,g,[64,32,5,5],{strides:[1,1],pads:[0,0,0,0],dilations:[1,1],groups:1})],fl);
await time(`wgrad swapped conv ${n}`,[conv2d(transpose(x,[1,0,2,3]),transpose(g,[1,0,2,3]))],fl);
}
const a=input("a",[100,1024]), b=input("b",[1024,1024]), g=input("g",[100,1024]);
await time("gemm fwd",[gemm(a,b,{transB:true})],2*100*1024*1024);
await time("gemm igrad",[gemm(g,b)],2*100*1024*1024);
await time("gemm wgrad",[gemm(g,a,{transA:true})],2*100*1024*1024);
const A=input("A",[2048,2048]),B=input("B",[2048,2048]);
await time("sgemm 2048",[matmul(A,B)],2*2048**3,10);
}
if (process.argv[2]==="l1") {
 for (const n of [5,10,20]) {
 const x=input("x",[n,1,28,28]), w=input("w",[128,1,6,6]); const one=input("one",[36,1,6,6]); const g=input("g",[n,128,12,12]);
 await time(`planes conv ${n}`,[conv2d(x,w,{strides:[2,2]})],2*n*128*36*144);
 const w5=input("w5",[32,1,5,5]);
 await time(`5x5 conv ${n}`,[conv2d(x,w5)],2*n*32*25*576);
 await time(`im2col onehot ${n}`,[conv2d(x,one,{strides:[2,2]})]);
 const im=input("im",[n,36,144]);
 await time(`wgrad bmm ${n}`,[sum(matmul(reshape(g,[n,128,144]),transpose(im,[0,2,1])),[0])],2*n*128*36*144);
 await time(`matmul fwd ${n}`,[matmul(input("wm",[128,36]),im)],2*n*128*36*144);
 }
}
