#!/bin/sh
# A task of the chaos suite: sh unit.sh PART --args-json ARGS --out-json OUT
# Says on the first lines of its life, and on its last, that it ran: one write each, to a file that no fault touches. What it
# writes as its output follows from its arguments alone.
part=$1 args=$3 out=$5
journal=${0%/*}/journal
echo "start $FRACTAL_ATTEMPT $args" >>"$journal"

IFS= read -r text <"$args"
field() { # field NAME: the text of a field of ARGS
  value=${text#*\""$1"\":}
  value=${value#*\"}
  echo "${value%%\"*}"
}

case $(($$ % 8)) in
0) sleep 0.9 ;;
1 | 2) sleep 0.3 ;;
*) sleep 0.05 ;;
esac

# While this file is there, whoever measures takes its time.
if [ "$part" = measure ]; then
  while [ -e "${0%/*}/hold" ]; do sleep 0.5; done
fi

case $part in
convert) # makes the images
  zarr_dir=$(field zarr_dir) list= index=1
  while [ $index -le 24 ]; do
    list="$list${list:+, }{\"zarr_url\": \"$zarr_dir/image$index\", \"attributes\": {\"well\": \"A$index\"}}"
    index=$((index + 1))
  done
  output="{\"image_list_updates\": [$list]}"
  ;;
measure) # changes its image
  url=$(field zarr_url)
  output="{\"image_list_updates\": [{\"zarr_url\": \"$url\", \"attributes\": {\"measured\": \"${url##*/}\"}}]}"
  ;;
prepare) # asks for a computation on each image
  zarr_dir=$(field zarr_dir) list= index=1
  while [ $index -le 12 ]; do
    list="$list${list:+, }{\"zarr_url\": \"$zarr_dir/image$index\", \"init_args\": {\"to\": \"$zarr_dir/projected$index\"}}"
    index=$((index + 1))
  done
  output="{\"parallelization_list\": [$list]}"
  ;;
project) # makes an image out of another
  output="{\"image_list_updates\": [{\"zarr_url\": \"$(field to)\", \"origin\": \"$(field zarr_url)\", \"types\": {\"projected\": true}}]}"
  ;;
tidy) # removes two images, and leaves a daemon behind
  zarr_dir=$(field zarr_dir)
  setsid sleep 900 &
  output="{\"image_list_removals\": [\"$zarr_dir/projected1\", \"$zarr_dir/projected2\"]}"
  ;;
esac

echo "$output" >"$out" || exit 1
echo "end $FRACTAL_ATTEMPT $args" >>"$journal"
