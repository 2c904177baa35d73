#!/bin/sh
# Lays out what is shipped and packs the archive, below deploy/distribution/target/cli. Called by
# `./sluice package`, which has built the jars before and makes the image afterwards:
#
#   package.sh JDK TRAINER     the JDK to take the runtime from; the jar that has the training run
#
# What is in it and why: deploy/docs/decisions/0010-what-is-shipped.md. Prints the archive's path; progress
# goes to stderr.
set -eu

jdk=$1
trainer=$2
here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -P -- "$here/../.." && pwd -P)
made=$here/target/cli
version=$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' "$root/pom.xml" | head -n 1)
# Every file has this time. The JVM takes a cache only with the very jars it was made with, by size and
# time, in seconds; tar and jib keep both.
time=$(sed -n 's:.*<project.build.outputTimestamp>\(.*\)</project.*:\1:p' "$root/pom.xml")
name=sluice-$version-linux-x64
home=$made/$name
system=$made/system
LC_ALL=C
export LC_ALL

# What the code and its libraries use, and what they look up by name: logins of Kafka (java.security.*,
# jdk.security.*), names in directories (java.naming), jar files as file systems (jdk.zipfs), signals and
# Unsafe (jdk.unsupported). For whoever looks after a node: jcmd and flight recordings.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,\
java.security.sasl,java.sql,java.xml,jdk.crypto.cryptoki,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management,\
jdk.management.jfr,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs

say() { printf '%s\n' "$*" >&2; }

# The libraries of a node, and their order.
lay_out_jars() {
  mkdir -p "$home/lib" "$home/bin" "$home/conf" "$home/legal" "$home/systemd"
  : >"$home/lib/classpath"
  for own in standalone gateway broker-bridge session-store; do
    for jar in "$made/lib/$own"-[0-9]*.jar; do add "$jar"; done
  done
  for jar in "$made"/lib/*.jar; do
    case ${jar##*/} in
      standalone-[0-9]* | gateway-[0-9]* | broker-bridge-[0-9]* | session-store-[0-9]*) ;;
      *aarch*) ;;
      *) add "$jar" ;;
    esac
  done
}

add() {
  cp "$1" "$home/lib"
  printf '%s\n' "${1##*/}" >>"$home/lib/classpath"
}

# native JAR ENTRY NAME: unpacks a library in machine code from a jar.
native() {
  rm -rf "$made/native"
  mkdir -p "$made/native" "$home/lib/native"
  (cd "$made/native" && "$jdk/bin/jar" -xf "$home/lib/$1")
  for file in "$made/native/"$2; do
    cp "$file" "$home/lib/native/${3:-${file##*/}}"
  done
  rm -rf "$made/native"
}

lay_out_natives() {
  for netty in epoll io_uring; do
    jar=$(cd "$home/lib" && echo netty-transport-native-"$netty"-*-linux-x86_64.jar)
    native "$jar" 'META-INF/native/*.so'
  done
  native "$(cd "$home/lib" && echo lz4-java-*.jar)" net/jpountz/util/linux/amd64/liblz4-java.so
  native "$(cd "$home/lib" && echo snappy-java-*.jar)" org/xerial/snappy/native/Linux/x86_64/libsnappyjava.so
  native "$(cd "$home/lib" && echo zstd-jni-*.jar)" 'linux/amd64/libzstd-jni-*.so' libzstd-jni.so
}

lay_out_files() {
  cp "$here/bin/sluice" "$home/bin"
  cp "$root/deploy/sluice.yaml" "$home/conf"
  cp "$root/deploy/systemd"/sluice.* "$home/systemd"
  cp "$root/LICENSE" "$home"
  cp "$made/bom.json" "$home/legal"
  "$jdk/bin/java" -XX:TieredStopAtLevel=1 -cp "$trainer" io.sluice.perf.dist.Notices \
    "$made/bom.json" >"$home/legal/THIRD-PARTY.txt"
}

# JDKs of distributions have their own certificate authorities in place of those they were built with;
# a JDK without jmods says so and stops unless it is told to go on.
link_runtime() {
  "$jdk/bin/jlink" --add-modules "$modules" --no-header-files --no-man-pages --compress zip-6 \
    --ignore-modified-runtime --output "$home/runtime" >&2
}

same_time() { find "$@" -exec touch -h -d "$time" {} +; }

# For the small commands; a node has the other one.
dump_classes() {
  "$home/runtime/bin/java" -Xshare:dump >"$made/dump.log" 2>&1
}

# A node that starts, serves a few clients and ends leaves the cache.
train() {
  (cd "$home/lib" && "$jdk/bin/java" -Xmx1g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -Xlog:disable -Xlog:all=warning:stderr \
    -Dlogback.configurationFile=io/sluice/perf/quiet-logback.xml -cp "$trainer" \
    io.sluice.perf.dist.Training "$home/bin/sluice" sluice.aot) >"$made/training.log" 2>&1 || {
    cat "$made/training.log" >&2
    exit 1
  }
}

pack() {
  (cd "$made" && tar --sort=name --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -n) \
    >"$made/$name.tar.gz.next"
  mv "$made/$name.tar.gz.next" "$made/$name.tar.gz"
}

# What the image has of a system, as it has no other below it: the C library and a shell of this machine,
# with what packages they are of, where scanners look for that.
lay_out_system() {
  mkdir -p "$system/bin" "$system/etc/sluice" "$system/tmp" "$system/var/lib/sluice"
  {
    readlink -f /bin/sh # what it needs, not itself
    find "$home/runtime" "$home/lib/native" -name '*.so'
    echo "$home/runtime/bin/java"
  } | tr '\n' '\0' | xargs -0 ldd 2>/dev/null |
    sed -n 's:^\t\(.* => \)\{0,1\}\(/.*\) (0x[0-9a-f]*)$:\2:p' | grep -v -F "$home/" | sort -u \
    >"$made/libraries"
  # What glibc looks for by name: the first when a thread is cancelled, the others, where it is older
  # than 2.34, to find out addresses of hosts.
  for folder in /lib/x86_64-linux-gnu /lib64; do
    for library in libgcc_s.so.1 libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
      [ ! -e "$folder/$library" ] || echo "$folder/$library" >>"$made/libraries"
    done
  done
  while IFS= read -r library; do
    mkdir -p "$system${library%/*}"
    cp -L "$library" "$system$library"
    package_of "$library"
  done <"$made/libraries"
  cp -L /bin/sh "$system/bin/sh"
  package_of "$(readlink -f /bin/sh)"
  printf '%s\n' 'root:x:0:0:root:/:/bin/sh' 'sluice:x:10001:10001:sluice:/var/lib/sluice:/bin/sh' \
    >"$system/etc/passwd"
  printf '%s\n' 'root:x:0:' 'sluice:x:10001:' >"$system/etc/group"
  echo 'hosts: files dns' >"$system/etc/nsswitch.conf"
}

package_of() {
  command -v dpkg >/dev/null 2>&1 || return 0
  package=$(dpkg -S "$1" "/usr$1" "${1#/usr}" 2>/dev/null | sed -n 's/[:,].*//;1p')
  [ -n "$package" ] || return 0
  mkdir -p "$system/var/lib/dpkg/status.d" "$system/usr/share/doc/$package"
  dpkg -s "$package" >"$system/var/lib/dpkg/status.d/$package"
  cp -L "/usr/share/doc/$package/copyright" "$system/usr/share/doc/$package"
}

rm -rf "$home" "$system"
say "linking a runtime..."
lay_out_jars
lay_out_natives
lay_out_files
link_runtime
same_time "$home"
dump_classes
say "running a node for the cache..."
train
[ -s "$home/lib/sluice.aot" ] || {
  say "the training run has left no cache"
  exit 1
}
same_time "$home"
say "packing..."
pack
lay_out_system
printf '%s\n' "$made/$name.tar.gz"
