// What Buffer, TextDecoder, atob and their errors print.
const T=(...a)=>console.log(...a);
for (const s of ['YWJj=ZGVm','YW Jj\nZGVm','YWJj','YWI=','YWI','YQ','Y','-_-_','+/+/','a-b_c+d/'.repeat(10),'YWJj'.repeat(40)+'=','YWJj'.repeat(40)+'YQ','YWJj'.repeat(40)+'Y','####'.repeat(30),'YWJj'.repeat(30)+'=YWJj'.repeat(3)]) T(s.length, Buffer.from(s,'base64').toString('hex'), Buffer.from(s,'base64url').length);
for (const s of ['abc','0g','zz','ab'.repeat(50)+'q','AB'.repeat(50),'a\u0141'.repeat(2)]) T(Buffer.from(s,'hex'));
const b=Buffer.from('hello world héé 😀 end');
T(b.indexOf('world'),b.indexOf('é'),b.lastIndexOf('é'),b.indexOf(''),b.indexOf('',100),b.lastIndexOf(''),b.indexOf('o',-5),b.lastIndexOf('o',3),b.indexOf(Buffer.from('zz')),b.indexOf(111,5),b.lastIndexOf(111),b.indexOf('hello',-100),b.lastIndexOf('hello',-100),b.indexOf('\u0000'));
const u=Buffer.from('abcabc','utf16le');T(u.indexOf('b','utf16le'),u.lastIndexOf('b',undefined,'utf16le'),u.indexOf('bc',3,'utf16le'),u.includes('ca','utf16le'));
T(Buffer.alloc(10,'abc'),Buffer.alloc(7,'ff','hex'),Buffer.alloc(5,'€'),Buffer.alloc(4).fill('é','latin1'),Buffer.alloc(9).fill('ab',1,7),Buffer.alloc(3,0x1ff));
try{Buffer.alloc(5,'zz','hex')}catch(e){T(e.message,e.code)}
T(Buffer.from([1,2,3,4,5,6,7,8]).swap16(),Buffer.from([1,2,3,4]).swap32(),Buffer.from([1,2,3,4,5,6,7,8]).swap64());
T(b.toString('latin1'),b.toString('ascii'),b.toString('ucs2').length,b.toString('utf8',3,8),b.toString('hex',20));
T(Buffer.compare(Buffer.from('a'),Buffer.from('b')),Buffer.from('abc').compare(Buffer.from('zabcz'),1,4),Buffer.from('abc').equals(Buffer.from('abc')));
const w=Buffer.alloc(8);T(w.write('€€€',1),w,w.write('abcd',6),w,w.write('zz',2,'hex'),w.write('6162',2,'hex'),w,w.write('YWJj',0,2,'base64'),w,w.write('héllo',0,'latin1'),w,w.write('ab',1,'utf16le'),w);
T(Buffer.byteLength('€é a😀\ud800'),Buffer.from('\ud800x\udc00'),Buffer.from([0xff,0xfe,0xe2,0x82,0x41]).toString());
T(atob('YWJj'),btoa('abc'));try{atob('Y')}catch(e){T(e.name,e.message)}try{atob('Y*==')}catch(e){T(e.name,e.message)}try{btoa('€')}catch(e){T(e.name,e.message,e.code)}
const {isUtf8,isAscii,transcode,constants}=require('buffer');T(isUtf8(b),isUtf8(Buffer.from([0xff])),isAscii(b),transcode(Buffer.from('€'),'utf8','latin1'),transcode(Buffer.from('€a'),'utf8','ucs2'),constants);
try{transcode(Buffer.from('a'),'utf8','hex')}catch(e){T(e)}
try{b.toString('nope')}catch(e){T(e.code,e.message)}
try{Buffer.alloc(0x1fffffe8+100).toString('latin1')}catch(e){T(e.code,e.message)}
T(util=require('util').inspect(new Uint8Array(3)),new DataView(new ArrayBuffer(2)),new ArrayBuffer(5),new SharedArrayBuffer(3));
T(new TextDecoder('utf-16le').decode(Buffer.from('aé','utf16le')),new TextDecoder('shift_jis').decode(Buffer.from([0x82,0xa0])),new TextDecoder('latin1').decode(Buffer.from([0x80,0xe9])));
try{new TextDecoder('utf-8',{fatal:true}).decode(Buffer.from([0xff]))}catch(e){T(e)}
try{new TextDecoder('nope')}catch(e){T(e.code,e.message)}
const sd=new TextDecoder();T(sd.decode(Buffer.from([0xe2,0x82]),{stream:true}),sd.decode(Buffer.from([0xac])),new TextEncoder().encodeInto('€uro',new Uint8Array(4)));
