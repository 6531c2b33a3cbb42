// Every encoding, fed in pieces of one to five bytes.
const T = (...a) => console.log(...a);
const {StringDecoder}=require('string_decoder');
for(const enc of ['utf8','utf16le','base64','hex','latin1','base64url']){const d=new StringDecoder(enc);let o='';const src=Buffer.concat([Buffer.from('a€😀é','utf8'),Buffer.from([0xe0,0x80,0xf0,0x9f,0xff,0xc0,0x80]),Buffer.from('😀x','utf16le')]);for(let i=0;i<src.length;i+=1){o+=d.write(src.subarray(i,i+1))+'|'}o+='E'+d.end();T(enc,JSON.stringify(o),d.lastNeed,d.lastTotal);for(let k=2;k<6;k++){const d=new StringDecoder(enc);let o='';for(let i=0;i<src.length;i+=k)o+=d.write(src.subarray(i,i+k))+'|';T(JSON.stringify(o+d.end()))}}
