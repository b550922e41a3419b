# shellcheck shell=bash
# What the scripts of this folder share. Sourced, never run; needs bash 4.4.
# Whoever sources it has set -euo pipefail, and the project's root is its working directory.

# shellcheck disable=SC2034 # for those who source this
services=(fanout-service connection-service webhook-dispatcher)
broker=deploy/local/broker
# shellcheck disable=SC2034 # for those who source this
broker_jar=$broker/target/local-broker.jar

say() {
    printf '%s\n' "$*"
}

# die MESSAGE: the one line that says why, and the end. `errors` may name another way to standard error.
die() {
    printf '%s: %s\n' "${0##*/}" "$1" >&"${errors:-2}"
    exit 1
}

# find_jdk: JAVA_HOME is a JDK 25 from now on, or the script ends.
find_jdk() {
    local home found candidates=("${JAVA_HOME:-}")
    if found=$(command -v javac); then
        found=$(readlink -f "$found")
        candidates+=("${found%/bin/javac}")
    fi
    candidates+=(/usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*
        /Library/Java/JavaVirtualMachines/*/Contents/Home)
    for home in "${candidates[@]}"; do
        if [[ -x $home/bin/javac && -f $home/release ]] && grep -q '^JAVA_VERSION="25[".]' "$home/release"; then
            export JAVA_HOME=$home
            # Maven 3.8 brings libraries that the JDK warns about at every start.
            export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
            return
        fi
    done
    die 'no JDK 25 found: install one, or set JAVA_HOME to it'
}

# need COMMAND PACKAGE: the script ends if the command is missing.
need() {
    command -v "$1" >/dev/null || die "$1 is missing: install it (Debian: apt-get install $2)"
}

# install_missing COMMAND PACKAGE: a Debian that lets us gets what is missing.
install_missing() {
    local sudo=()
    if ! command -v "$1" >/dev/null && command -v apt-get >/dev/null; then
        say "installing $2"
        ((EUID == 0)) || sudo=(sudo -n)
        "${sudo[@]}" apt-get update -qq >/dev/null || true
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null || true
    fi
    need "$1" "$2"
}

# install_clients: the npm packages of the system tests' clients, once per version of their list.
install_clients() {
    local marker=node_modules/.installed
    install_missing node nodejs
    install_missing npm npm
    (
        cd system-tests/clients
        cmp -s package.json "$marker" && exit
        say 'installing npm packages'
        npm install --no-package-lock --no-audit --no-fund --silent && cp package.json "$marker"
    ) || die 'npm install failed in system-tests/clients'
}

# maven ARGUMENT…: Maven as a script wants it: no questions, no progress bars, no colours, errors among the rest.
maven() {
    mvn -B -ntp -Dstyle.color=never "$@" 2>&1 | sed -u $'s/\e\\[[0-9;]*m//g'
}

# port_busy PORT: somebody on this machine listens there.
port_busy() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# free_ports N: on one line, ports where nobody listens, below the range that a system gives to clients.
free_ports() {
    local port found=()
    while ((${#found[@]} < $1)); do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 10000))
        [[ " ${found[*]} " == *" $port "* ]] || port_busy "$port" || found+=("$port")
    done
    say "${found[*]}"
}

# http_get PORT PATH: all that a GET is answered with on this machine, within two seconds; nothing if nobody answers.
http_get() {
    (
        exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 0
        printf 'GET %s HTTP/1.0\r\nHost: localhost:%s\r\n\r\n' "$2" "$1" >&3
        # That the end comes before a NUL is no failure.
        IFS= read -rd '' -t2 answer <&3 || say "$answer"
    ) 2>/dev/null
}

# is_ready PORT: the service that listens there says that it is.
is_ready() {
    [[ $(http_get "$1" /q/health/ready) == HTTP/1.?' 200 '* ]]
}

# stale TARGET MODULE…: the target is missing, or older than something of the modules that it is made of.
stale() {
    local target=$1 module inputs=(pom.xml)
    shift
    [[ -e $target ]] || return 0
    for module; do
        inputs+=("$module/pom.xml" "$module/src/main")
    done
    [[ -n $(find "${inputs[@]}" -type f -newer "$target" -print -quit) ]]
}

# jar_of SERVICE, binary_of SERVICE: where it is once it is built.
jar_of() {
    say "$1/target/quarkus-app/quarkus-run.jar"
}

binary_of() {
    local found=("$1/target/$1"-*-runner)
    say "${found[0]}"
}

# stale_service TARGET SERVICE: the same as stale, with what every service is made of.
stale_service() {
    stale "$1" "$2" contract service-kit
}
