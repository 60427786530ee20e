/** What `allcores --help` prints. */
export const help = `Usage: allcores image <files, folders or patterns…> --out DIR [options]
       allcores info [--json]

allcores image runs the same steps on many images, on all cores. The steps run in the order of the command
line; --rotate auto comes first. Folders stand for the JPEG, PNG and WebP files in them.

  --out DIR             the folder for the results, made when it is missing; must be given
  --resize 800x600      also 800 or x600, which keep the aspect ratio
  --fit HOW             with two sizes: cover (cut, the default), contain (on black), fill (stretch), inside,
                        outside
  --position WHERE      what cover keeps, where contain puts it: center (the default), top, "left top", …
  --blur RADIUS         a Gaussian; the radius is its standard deviation in pixels
  --sharpen             make edges crisper
  --grayscale           make grey
  --rotate HOW          auto (upright as the camera says), 90, 180 or 270, clockwise
  --flip, --flop        upside down, left to right
  --format FORMAT       jpeg, png or webp; default: each file's own
  --quality N           of JPEG and WebP, 1 to 100, default 80
  --keep-profile        leave the colours in the space of their profile; default: convert to sRGB
  --keep-exif           write the EXIF data into the results
  --no-shrink-on-load   decode every JPEG at full size before it is shrunk
  --recursive           folders stand for the images in the folders below them too
  --overwrite           replace files that are there; default: keep them
  --concurrency N       images at a time; default: the number of native threads
  --json                one line of JSON for each image, and one for the summary

Exit code: 0 all is done, 1 an image failed, 2 the command line makes no sense, 130 interrupted.
`;
