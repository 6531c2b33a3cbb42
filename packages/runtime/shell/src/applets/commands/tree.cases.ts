import type { AppletCases } from '../../testing/applet-cases.ts';

const WHY = 'not every machine has tree; this is what its version 2.1.0 prints';

/** What is left out, where links go, and what is counted. */
export const cases: AppletCases = {
  setup: String.raw`mkdir -p tt/d/e tt/empty; echo a > tt/a; echo bb > tt/d/b; ln -s a tt/l; ln -s d tt/ld; echo > tt/.h; chmod +x tt/a; cd tt`,
  ours: [
    {
      script: 'tree',
      prints:
        '.\n├── a\n├── d\n│\u00a0\u00a0 ├── b\n│\u00a0\u00a0 └── e\n├── empty\n├── l -> a\n└── ld -> d\n\n5 directories, 3 files\n',
      why: WHY,
    },
    {
      script: 'tree -aFL 1 --dirsfirst --charset=ascii',
      prints: './\n|-- d/\n|-- empty/\n|-- ld -> d/\n|-- .h\n|-- a*\n`-- l -> a*\n\n4 directories, 3 files\n',
      why: WHY,
    },
    { script: 'tree -di --noreport', prints: '.\nd\ne\nempty\nld -> d\n', why: WHY },
    {
      script: 'tree -fr --charset=ascii d',
      prints: 'd\n|-- d/e\n`-- d/b\n\n2 directories, 1 file\n',
      why: WHY,
    },
    { script: 'tree -I "e*" -P "b*" --prune --noreport --charset=ascii', prints: '.\n`-- d\n    `-- b\n', why: WHY },
    {
      script: 'tree -psQ --charset=ascii d',
      prints:
        '[drwxr-xr-x        4096]  "d"\n|-- [-rw-r--r--           3]  "b"\n`-- [drwxr-xr-x        4096]  "e"\n\n2 directories, 1 file\n',
      why: WHY,
    },
    {
      script: 'tree -J d empty',
      prints:
        '[\n  {"type":"directory","name":"d","contents":[\n    {"type":"file","name":"b"},\n    {"type":"directory","name":"e"}\n  ]}\n,\n' +
        '  {"type":"directory","name":"empty"}\n,\n  {"type":"report","directories":2,"files":1}\n]\n',
      why: WHY,
    },
    {
      script: 'tree nosuch',
      prints: 'nosuch  [error opening dir]\n\n0 directories, 0 files\n',
      status: 2,
      why: WHY,
    },
    { script: 'cd empty; tree', prints: '.\n\n0 directories, 0 files\n', why: WHY },
    {
      script: 'tree -L 0',
      prints: '',
      status: 1,
      complains: 'tree: Invalid level, must be greater than 0.\n',
      why: WHY,
    },
  ],
};
