import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { behaves } from './behaves.ts';
import { installed, run } from './installed.ts';

/** As Android apps had them: Engine.IO 3 with its first framing, without it, and Engine.IO 4. */
const VERSIONS = ['0.8.3', '1.0.2', '2.1.2'];

const pom = (version: string) => `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>foreign</groupId>
  <artifactId>client</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.socket</groupId><artifactId>socket.io-client</artifactId><version>${version}</version></dependency>
  </dependencies>
</project>`;

const libraries = installed('io.socket:socket.io-client', (folder) =>
  VERSIONS.map((version) => {
    const own = join(folder, version);
    mkdirSync(own);
    writeFileSync(join(own, 'pom.xml'), pom(version));
    run(own, 'mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib');
    const path = `${own}:${join(own, 'lib/*')}`;
    run(own, 'javac', '-d', own, '-cp', path, join(import.meta.dirname, 'programs/ForeignClient.java'));
    return {
      name: `io.socket:socket.io-client ${version}`,
      start: (server: string, query: string, transports: string) => [
        'java',
        '-Xmx64m',
        '-XX:TieredStopAtLevel=1',
        '-cp',
        path,
        'ForeignClient',
        server,
        query,
        transports,
      ],
    };
  }),
);

describe.skipIf(!libraries)('Java', () => behaves(libraries ?? []));
