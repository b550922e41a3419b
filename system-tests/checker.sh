# shellcheck shell=bash
# What the checkers of this folder share. Sourced, never run, by a script that defines usage() and kills, and sourced
# deploy/lib.sh.
# shellcheck disable=SC2154,SC2164 # services is of deploy/lib.sh, and who sources this has set -e

minutes=0 seed=''

number() {
    [[ $2 =~ ^[0-9]{1,18}$ ]] || die "$1 wants a number, not '$2'"
    say "$2"
}

# options ARGUMENT…: what the checker is asked to do.
options() {
    local option value
    while (($#)); do
        option=$1 value=${2:-}
        case $option in
            --kills) kills=$(number "$option" "$value") ;;
            --minutes) minutes=$(number "$option" "$value") ;;
            --seed) seed=$(number "$option" "$value") ;;
            --help | -h) usage && exit ;;
            *) die "unknown option '$option', see --help" ;;
        esac
        shift 2
    done
}

classpath=system-tests/target/chaos.classpath
began=system-tests/target/chaos.began

# The checker is missing, or older than something that it is made of.
stale_checker() {
    stale "$classpath" system-tests test-kit contract ||
        [[ -n $(find system-tests/src/test -type f -newer "$classpath" -print -quit) ]]
}

# Builds the services whose jars are missing or older than their sources, and the checker likewise.
build() {
    local service modules=() jars=()
    for service in "${services[@]}"; do
        ! stale_service "$(jar_of "$service")" "$service" || modules+=("$service") jars+=("$(jar_of "$service")")
    done
    mkdir -p "${began%/*}"
    if ((${#modules[@]})); then
        need mvn maven
        say "building ${modules[*]}"
        touch "$began"
        maven -q -Dquick -Dmaven.test.skip -pl "$(IFS=, && say "${modules[*]}")" -am package || die 'the build failed'
        # As old as the sources that went in: what was edited since then counts as newer.
        touch -r "$began" "${jars[@]}"
    fi
    if stale_checker; then
        need mvn maven
        say 'building the checker'
        touch "$began"
        maven -q -Dquick -pl system-tests -am test-compile dependency:build-classpath \
            -Dmdep.outputFile=target/chaos.classpath -Dmdep.includeScope=test || die 'the build failed'
        touch -r "$began" "$classpath"
    fi
}

# check CLASS ARGUMENT…: builds what is needed and becomes the checker with that main class.
check() {
    local class=$1 arguments classes
    shift
    options "$@"
    find_jdk
    build
    arguments=(--kills "$kills" --minutes "$minutes")
    [[ -z $seed ]] || arguments+=(--seed "$seed")
    classes=target/test-classes:$(<"$classpath")
    cd system-tests
    exec "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --sun-misc-unsafe-memory-access=allow \
        --enable-native-access=ALL-UNNAMED -cp "$classes" "dev.carillon.system.chaos.$class" "${arguments[@]}"
}
