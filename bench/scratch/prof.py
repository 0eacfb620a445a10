import json,sys,collections,glob,os
f=sorted(glob.glob('/tmp/prof*.json'),key=os.path.getmtime)[-1]
ev=json.load(open(f))
ev=[e for e in ev if e.get('cat')=='Node' and e['name'].endswith('_kernel_time')]
runs=20
tot=collections.Counter();cnt=collections.Counter();sh=collections.Counter();shc=collections.Counter()
# drop first 5 runs by time
ts=sorted(e['ts'] for e in ev); cut=ts[len(ts)*1//4]
ev=[e for e in ev if e['ts']>=cut]; runs*=.75
for e in ev:
    op=e['args']['op_name']; tot[op]+=e['dur'];cnt[op]+=1
    o=e['args'].get('output_type_shape'); i=e['args'].get('input_type_shape')
    k=(op,str([list(d.values())[0] for d in i])[:90],str([list(d.values())[0] for d in o])); sh[k]+=e['dur'];shc[k]+=1
print('total ms/run',sum(tot.values())/runs/1e3,'nodes/run',len(ev)/runs)
for k,v in tot.most_common(16): print(f'{k:22} {v/runs/1e3:8.3f} ms  x{cnt[k]/runs:.0f}')
print()
for k,v in sh.most_common(int(sys.argv[1]) if len(sys.argv)>1 else 30): print(f'{v/runs/1e3:7.3f} ms x{shc[k]/runs:.0f}', *k)
