# Gives the target SEAL::seal, a static Microsoft SEAL 4.1 to 4.4.
#
#   SOTTO_SEAL_PREFIX=DIR   that installation or an error
#   otherwise               an installed one that CMake finds by itself (newest first), else
#                           4.1.2 built from the copy inside Pyfhel's source distribution, once.

set(SOTTO_SEAL_PREFIX "" CACHE PATH "Prefix of the SEAL installation to use")
set(SOTTO_SEAL_WORK "${CMAKE_BINARY_DIR}/../seal" CACHE PATH "Where SEAL is downloaded and built")

set(_seal_versions 4.4 4.3 4.2 4.1)
set(_pyfhel_version 3.5.0)
set(_pyfhel_sha256 0375b83b5a83026924f59db25c4efa9f27e1e8a66d004658f4d24195986a04b6)

function(_sotto_find_seal)
  foreach(version IN LISTS _seal_versions)
    find_package(SEAL ${version} QUIET GLOBAL ${ARGN})
    if(SEAL_FOUND AND NOT TARGET SEAL::seal)
      message(STATUS "SEAL ${SEAL_VERSION} in ${SEAL_DIR} has no static library; Sotto needs one, so it is passed over")
      set(SEAL_FOUND FALSE)
    endif()
    if(SEAL_FOUND)
      message(STATUS "SEAL ${SEAL_VERSION} from ${SEAL_DIR}")
      break()
    endif()
    unset(SEAL_DIR CACHE)
  endforeach()
  set(SEAL_FOUND ${SEAL_FOUND} PARENT_SCOPE)
endfunction()

function(_sotto_run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${what} failed (${result}):\n${output}")
  endif()
endfunction()

function(_sotto_build_seal)
  set(sdist "${SOTTO_SEAL_WORK}/pyfhel-${_pyfhel_version}.tar.gz")
  set(source "${SOTTO_SEAL_WORK}/pyfhel-${_pyfhel_version}/Pyfhel/backend/SEAL")
  file(MAKE_DIRECTORY "${SOTTO_SEAL_WORK}")

  set(actual "")
  if(EXISTS "${sdist}")
    file(SHA256 "${sdist}" actual)
  endif()
  if(NOT actual STREQUAL _pyfhel_sha256)
    find_program(SOTTO_PYTHON NAMES python3)
    if(NOT SOTTO_PYTHON)
      message(FATAL_ERROR "python3 with pip is needed to download SEAL's source (Debian: apt install python3-pip); "
                          "or install SEAL 4.1 to 4.4 and name it with -Dseal.prefix=DIR")
    endif()
    message(STATUS "SEAL: downloading the source distribution of Pyfhel ${_pyfhel_version}")
    # pip runs the package's metadata step after the download, so it has to check the hash before that.
    file(WRITE "${SOTTO_SEAL_WORK}/requirements.txt"
         "Pyfhel==${_pyfhel_version} --hash=sha256:${_pyfhel_sha256}\n")
    _sotto_run("pip download of Pyfhel ${_pyfhel_version}" "${SOTTO_PYTHON}" -m pip download
               --quiet --disable-pip-version-check --no-deps --no-binary Pyfhel --require-hashes
               --dest "${SOTTO_SEAL_WORK}" -r "${SOTTO_SEAL_WORK}/requirements.txt")
    file(GLOB downloaded "${SOTTO_SEAL_WORK}/[Pp]yfhel-${_pyfhel_version}.tar.gz")
    if(NOT downloaded)
      message(FATAL_ERROR "pip download left no pyfhel-${_pyfhel_version}.tar.gz in ${SOTTO_SEAL_WORK}")
    endif()
    list(GET downloaded 0 downloaded)
    file(SHA256 "${downloaded}" actual)
    if(NOT actual STREQUAL _pyfhel_sha256)
      file(REMOVE "${downloaded}")
      message(FATAL_ERROR "Pyfhel ${_pyfhel_version}: SHA-256 of the download is ${actual}, expected ${_pyfhel_sha256}")
    endif()
    if(NOT downloaded STREQUAL sdist)
      file(RENAME "${downloaded}" "${sdist}")
    endif()
  endif()

  file(REMOVE_RECURSE "${SOTTO_SEAL_WORK}/pyfhel-${_pyfhel_version}" "${SOTTO_SEAL_WORK}/build")
  file(ARCHIVE_EXTRACT INPUT "${sdist}" DESTINATION "${SOTTO_SEAL_WORK}"
       PATTERNS "*/Pyfhel/backend/SEAL/*")
  if(NOT EXISTS "${source}/CMakeLists.txt")
    message(FATAL_ERROR "no SEAL sources in ${sdist}")
  endif()

  include(ProcessorCount)
  ProcessorCount(cores)
  if(cores LESS 1)
    set(cores 1)
  endif()
  message(STATUS "SEAL: building 4.1.2 on ${cores} cores (half a minute to two minutes, once)")
  # SEAL_AVOID_BRANCHING: its conditional subtractions become masks, so no secret picks a branch.
  _sotto_run("configuring SEAL" "${CMAKE_COMMAND}" -S "${source}" -B "${SOTTO_SEAL_WORK}/build"
             "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
             "-DCMAKE_INSTALL_PREFIX=${SOTTO_SEAL_WORK}/prefix"
             -DCMAKE_BUILD_TYPE=Release -DCMAKE_POSITION_INDEPENDENT_CODE=ON
             -DCMAKE_CXX_VISIBILITY_PRESET=hidden -DCMAKE_VISIBILITY_INLINES_HIDDEN=ON
             -DBUILD_SHARED_LIBS=OFF -DSEAL_BUILD_DEPS=OFF -DSEAL_BUILD_TESTS=OFF -DSEAL_BUILD_EXAMPLES=OFF
             -DSEAL_BUILD_BENCH=OFF -DSEAL_USE_MSGSL=OFF -DSEAL_USE_ZLIB=OFF -DSEAL_USE_ZSTD=OFF
             -DSEAL_USE_INTEL_HEXL=OFF -DSEAL_AVOID_BRANCHING=ON)
  _sotto_run("building SEAL" "${CMAKE_COMMAND}" --build "${SOTTO_SEAL_WORK}/build" --parallel ${cores})
  _sotto_run("installing SEAL" "${CMAKE_COMMAND}" --install "${SOTTO_SEAL_WORK}/build")
  file(REMOVE_RECURSE "${SOTTO_SEAL_WORK}/build")
endfunction()

# What an earlier run found may not be what is asked for now.
unset(SEAL_DIR CACHE)

if(SOTTO_SEAL_PREFIX)
  _sotto_find_seal(PATHS "${SOTTO_SEAL_PREFIX}" NO_DEFAULT_PATH)
  if(NOT SEAL_FOUND)
    message(FATAL_ERROR "no static SEAL 4.1 to 4.4 under seal.prefix=${SOTTO_SEAL_PREFIX}; "
                        "give the directory that holds lib/cmake/SEAL-4.x, or leave the property out")
  endif()
else()
  _sotto_find_seal()
  if(NOT SEAL_FOUND)
    set(_seal_own PATHS "${SOTTO_SEAL_WORK}/prefix" NO_DEFAULT_PATH)
    _sotto_find_seal(${_seal_own})
    if(NOT SEAL_FOUND)
      _sotto_build_seal()
      _sotto_find_seal(${_seal_own})
    endif()
    if(NOT SEAL_FOUND)
      message(FATAL_ERROR "the SEAL that was just built is not found in ${SOTTO_SEAL_WORK}/prefix")
    endif()
  endif()
endif()
